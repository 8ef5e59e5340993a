namespace simtrail::storage {}
