"""What Go says about modules, versions, mirrors and archives: pure rules, no I/O, no clock."""
