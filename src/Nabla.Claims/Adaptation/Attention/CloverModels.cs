using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;

namespace Nabla.Claims.Adaptation.Attention;

/// <summary>Small models whose attention matters, which in first weights it hardly does.</summary>
internal static class CloverModels
{
    public const int Vocabulary = 24;
    public const int Context = 16;
    private const double Gain = 1.5;

    public static Gpt Gpt(Seed seed, DType dtype = DType.Float32)
    {
        var model = new Gpt(new GptOptions { Layers = 2, Heads = 2, Width = 32, Context = Context, Vocabulary = Vocabulary }, seed, dtype);
        Wake(model, seed);
        return model;
    }

    public static Llama Llama(Seed seed)
    {
        var model = new Llama(
            new LlamaOptions { Vocabulary = Vocabulary, Width = 32, InnerWidth = 48, Layers = 2, Heads = 4, KeyHeads = 2, Context = Context, AttentionBias = true },
            seed);
        Wake(model, seed);
        return model;
    }

    /// <summary>The scores of some sequences.</summary>
    public static double[] Scores(CausalModel model, Seed seed)
    {
        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        var random = new RandomStream(seed.Derive("tokens"));
        long[] tokens = [.. Enumerable.Range(0, 8 * Context).Select(_ => random.NextLong(Vocabulary))];
        return model.Forward(Tensor.From<long>(tokens, 8, Context)).ToDoubles();
    }

    /// <summary>How far scores moved, relative to their size.</summary>
    public static double Change(double[] before, double[] after) =>
        Math.Sqrt(before.Zip(after, (a, b) => (a - b) * (a - b)).Sum() / before.Sum(a => a * a));

    private static void Wake(CausalModel model, Seed seed)
    {
        using var mode = GradMode.Disable();
        foreach (var parameter in model.Parameters)
        {
            using var scope = new TensorScope();
            var shape = parameter.Value.Shape;
            var noise = new RandomStream(seed.Derive(parameter.Name)).NextGaussians(shape, parameter.Value.DType);
            var size = parameter.Role switch
            {
                ParameterRoles.Embedding => 0.3,
                ParameterRoles.Vector => 0.2,
                _ => Gain / Math.Sqrt(model.Width),
            };
            parameter.Value.CopyFrom(parameter.Value + (noise * size));
        }
    }
}
