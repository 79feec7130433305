"""Folders that lie in object storage: what is asked of a place, and the protocol that makes a commit of it.

seam     the five calls that a place has to answer     address  how such a place is written, and what lies beside it
cloud    the five calls through obstore                redo     a bucket's ledger object: lock, commit record and redo log
lease    one run at a time                             spool    raw pages of a place, brought to a disk to be read

It knows nothing of pages, tables or ledgers: objects are bytes with names.
"""
