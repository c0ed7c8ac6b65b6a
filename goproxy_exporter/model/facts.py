"""What are facts of results called that other rooms read again?"""

DATABASE_WORKS = "database_works"
"""Of the sumdb check: whether the checksum database itself can be used from here."""
TREE_SIZE = "tree_size"
"""Of the sumdb check: records in the tree that was signed for by whoever was asked."""
REFERENCE_TREE_SIZE = "reference_tree_size"
"""Of the sumdb check: records in the largest tree that is known of this database."""
