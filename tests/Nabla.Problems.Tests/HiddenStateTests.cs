using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;

namespace Nabla.Problems.Tests;

/// <summary>Hidden states behind a block, of both architectures.</summary>
public sealed class HiddenStateTests
{
    public static TheoryData<string> Models => ["gpt", "llama"];

    [Theory]
    [MemberData(nameof(Models))]
    public void States_behind_the_last_block_normalized_are_the_hidden_states_and_see_nothing_later(string name)
    {
        using var scope = new TensorScope();
        using CausalModel model = Make(name);
        var tokens = Tensor.From<long>([1, 5, 3, 2, 7, 7], 2, 3);
        Assert.Equal(3, model.Layers);
        var last = model.States(tokens, 2);
        Assert.Equal([2, 3, 8], last.Shape);
        // First gains are 1 and biases 0.
        var normal = name == "gpt"
            ? Ops.LayerNorm(last, [8], eps: 1e-5)
            : last * (last.Square().Mean(-1, keepdim: true) + 1e-5).Rsqrt();
        Close(model.Hidden(tokens), normal);
        Close(model.States(tokens, 1).Narrow(1, 0, 2), model.States(Tensor.From<long>([1, 5, 2, 7], 2, 2), 1));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Each_block_adds_something_and_later_ones_rest(string name)
    {
        using var scope = new TensorScope();
        using CausalModel model = Make(name);
        var tokens = Tensor.From<long>([1, 5, 3], 1, 3);
        Assert.NotEqual(model.States(tokens, 0).ToDoubles(), model.States(tokens, 1).ToDoubles());
        model.States(tokens, 1).Sum().Backward();
        Parameter[] touched = [.. model.Parameters.Where(p => p.Gradient is not null)];
        Assert.DoesNotContain(touched, p => p.Name.Contains(".2.", StringComparison.Ordinal));
        Assert.Contains(touched, p => p.Name.Contains(".1.", StringComparison.Ordinal));
        var failure = Assert.Throws<ArgumentException>(() => model.States(tokens, 3));
        Assert.StartsWith("The model has no block 3; its blocks are 0 to 2.", failure.Message, StringComparison.Ordinal);
    }

    private static CausalModel Make(string name) => name == "gpt"
        ? new Gpt(new GptOptions { Layers = 3, Heads = 2, Width = 8, Context = 6, Vocabulary = 9 }, new Seed(1), DType.Float64)
        : new Llama(
            new LlamaOptions { Layers = 3, Heads = 2, KeyHeads = 1, Width = 8, InnerWidth = 12, Context = 6, Vocabulary = 9, NormEpsilon = 1e-5 },
            new Seed(1),
            DType.Float64);

    private static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.ElementCount, actual.ElementCount);
        Assert.All(expected.ToDoubles().Zip(actual.ToDoubles()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }
}
