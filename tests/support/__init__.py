"""What the tests are made with: tiny repositories, snapshots of clones, and a runner."""
