using Nabla.Testing;

namespace Nabla.Optimizers.Tests.Catalogue;

/// <summary>Native handles are counted for the whole process, so nothing else may run at the same time.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    [Theory]
    [MemberData(nameof(ConformanceTests.Names), MemberType = typeof(ConformanceTests))]
    public void Memory_StepsAndDispose_LeaveNoHandles(string name)
    {
        var leaks = new LeakCounter();
        using (var bench = new Bench(Core.Catalogue.Find(name).CreateOptions(new Dictionary<string, string>())))
        {
            bench.Run(1, 2);
            bench.Optimizer.ZeroGradients();
            var held = leaks.Handles;
            bench.Run(3, 6);
            bench.Optimizer.ZeroGradients();
            Assert.Equal(held, leaks.Handles);
        }

        Assert.Equal(0, leaks.Handles);
    }
}
