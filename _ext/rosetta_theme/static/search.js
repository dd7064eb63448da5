// A page opened from a file may not read its neighbours, so there the results come without an excerpt.
DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== "file:";
