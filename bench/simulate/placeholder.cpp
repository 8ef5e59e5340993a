namespace simtrail::bench {}
