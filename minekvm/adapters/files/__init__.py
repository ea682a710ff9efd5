"""The one door through which minekvm writes, renames and deletes; nothing else of it does.

    folder         a folder held open, and what can be done in it: whatever its path leads to by
                   then, nothing outside of it is touched
    repositories   which folders are git's, or a clone's that is being read: nothing goes there
    own            the cache folder, where everything is ours: files, locks, temporary folders
    outputs        files that the user asked for, at places of the user's

The rule: what minekvm did not make is never written, moved, renamed or deleted. What exists at a
place must be a regular file that is proven ours; else it stays, and the user is told.
"""
