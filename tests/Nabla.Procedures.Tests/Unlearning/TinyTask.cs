using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Problems.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

/// <summary>A tiny language model with a few examples on each side.</summary>
internal static class TinyTask
{
    public const int Vocabulary = 17;

    public static Gpt Model(int seed = 1, DType dtype = DType.Float64, double dropout = 0)
    {
        var model = new Gpt(
            new GptOptions { Layers = 2, Heads = 2, Width = 8, Context = 12, Vocabulary = Vocabulary, Dropout = dropout }, new Seed((ulong)seed), dtype);
        // First weights of deviation 0.02 say almost nothing; a few times as large, and answers differ.
        using var mode = GradMode.Disable();
        foreach (var parameter in model.Parameters.Where(p => p.Value.Rank == 2))
        {
            parameter.Value.CopyFrom(parameter.Value * 10.0);
        }

        return model;
    }

    public static LanguageUnlearningTask Of(Module model, int forget = 5, int retain = 7, bool refusals = true) => new(
        model, Examples("forget", forget, 3), Examples("retain", retain, 4), refusals ? [[2, 3, 1], [4, 1]] : null);

    public static TokenExample[] Examples(string name, int count, int seed)
    {
        RandomStream random = new(new Seed((ulong)seed));
        int[] Tokens(int length) => [.. Enumerable.Range(0, length).Select(_ => random.NextInt(Vocabulary))];
        return [.. Enumerable.Range(0, count).Select(i => new TokenExample($"{name} {i}", Tokens(2 + (i % 3)), [.. Tokens(1 + (i % 4)), 1]))];
    }

    public static double[] Weights(Module model) => [.. model.Parameters.SelectMany(p => p.Value.ToDoubles())];
}
