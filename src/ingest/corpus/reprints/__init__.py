"""Documents that repeat another: `duplicates` keeps the dataset, `near` gives the verdict on two texts.

It knows the datasets, and nothing of where their documents came from.
"""
