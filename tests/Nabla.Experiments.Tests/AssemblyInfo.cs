// Live native memory is counted for the whole process, and libtorch has one default generator.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
