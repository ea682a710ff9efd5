"""What lies between paired markers: a function's text -> its paths -> what is inside on each."""
