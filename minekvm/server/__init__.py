"""Servers: the questions of `minekvm.api` for agents (`mcp`), each answer small and in pages.

They read the clones that were named at their start and nothing else, and write nothing into them.
What commits and mails say is data of other people's: it stands in the values of an answer, never
beside them. Nothing here knows an analysis: answers come from `minekvm.api`, in the words of
`minekvm.render`.
"""
