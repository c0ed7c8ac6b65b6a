"""What are facts and evidence called that other rooms read again?"""

DATABASE_WORKS = "database_works"
"""Of the sumdb check: whether the checksum database itself can be used from here."""
TREE_SIZE = "tree_size"
"""Of the sumdb check: records in the tree that was signed for by whoever was asked."""
REFERENCE_TREE_SIZE = "reference_tree_size"
"""Of the sumdb check: records in the largest tree that is known of this database."""
NEEDED_FOR = "needed_for"
"""Evidence about a tile of a checksum database: the lookups whose proofs need it."""
UNASKABLE = "unaskable"
"""Evidence about a list: whether `go` has to read the go.mod of a version that it cannot ask for,
and so goes on to nobody else."""
SHOWS_AS = "shows_as"
"""Evidence of what is told under a name of its own (a relay, a spelling, an address, a redirect's
target that fails): the code that the answer would have anywhere else; of several a list."""
