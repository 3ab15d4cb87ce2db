// Live handles and libtorch's default generator are counted and used process-wide.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
