// Live handles and bytes are counted for the whole process, so tests must not run beside each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
