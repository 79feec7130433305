"""Names of media: newspapers, sites, broadcasters, agencies."""

import re

# An author of this name is a medium.
AUTHOR = re.compile(
    r"[^、]{2,14}(?:报|報|网|網|社|台|电视台|晚报|日报|频道|杂志|周刊|客户端|公众号|通讯社|通訊社|编辑部|办公室|委员会)"
)
# 江城日报 林小满: the medium, and who wrote for it, or a button.
SIGNED = re.compile(r"(\S{1,14}(?:报|報|网|網|社|台|客户端))\s+(?!\S*(?:报|報|网|網|社|台)$)[一-鿿]{2,8}")
# A line above a title that names a medium.
HEAD = re.compile(r".{1,14}(?:网|报|报社|日报|晚报|在线|电视台|广播网|新闻网|通讯社|杂志|客户端)")
