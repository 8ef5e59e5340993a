namespace simtrail::feed {}
