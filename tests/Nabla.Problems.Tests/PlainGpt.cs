using Nabla.Core;
using Nabla.Problems.Models;

namespace Nabla.Problems.Tests;

/// <summary>The GPT written out with loops over numbers, token by token and head by head.</summary>
internal static class PlainGpt
{
    internal static double[] Scores(Module model, GptOptions options, long[] tokens)
    {
        var weights = model.Parameters.ToDictionary(p => p.Name, p => p.Value.ToArray<double>());
        int width = options.Width, size = width / options.Heads;
        var stream = tokens.Select((token, position) => Enumerable.Range(0, width).Select(i =>
            weights["transformer.wte.weight"][(token * width) + i] + weights["transformer.wpe.weight"][(position * width) + i]).ToArray()).ToArray();
        for (var layer = 0; layer < options.Layers; layer++)
        {
            var at = $"transformer.h.{layer}.";
            var qkv = stream.Select(x => Affine(Norm(x, at + "ln_1"), at + "attn.c_attn")).ToArray();
            for (var t = 0; t < tokens.Length; t++)
            {
                var mixed = new double[width];
                for (var head = 0; head < options.Heads; head++)
                {
                    var products = Enumerable.Range(0, t + 1).Select(s => Math.Exp(Enumerable.Range(0, size).Sum(i =>
                        qkv[t][(head * size) + i] * qkv[s][width + (head * size) + i]) / Math.Sqrt(size))).ToArray();
                    for (var i = 0; i < size; i++)
                    {
                        mixed[(head * size) + i] = products.Select((p, s) => p * qkv[s][(2 * width) + (head * size) + i]).Sum() / products.Sum();
                    }
                }

                stream[t] = Sum(stream[t], Affine(mixed, at + "attn.c_proj"));
                var hidden = Affine(Norm(stream[t], at + "ln_2"), at + "mlp.c_fc");
                stream[t] = Sum(stream[t], Affine([.. hidden.Select(Gelu)], at + "mlp.c_proj"));
            }
        }

        return [.. stream.SelectMany(x =>
        {
            var last = Norm(x, "transformer.ln_f");
            return Enumerable.Range(0, options.Vocabulary).Select(v => last.Select((y, i) => y * weights["transformer.wte.weight"][(v * width) + i]).Sum());
        })];

        double[] Affine(double[] x, string name)
        {
            var (matrix, bias) = (weights[name + ".weight"], weights[name + ".bias"]);
            return [.. bias.Select((b, column) => b + x.Select((value, row) => value * matrix[(row * bias.Length) + column]).Sum())];
        }

        double[] Norm(double[] x, string name)
        {
            var mean = x.Average();
            var deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + 1e-5);
            return [.. x.Select((v, i) => ((v - mean) / deviation * weights[name + ".weight"][i]) + weights[name + ".bias"][i])];
        }

        static double[] Sum(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a + b)];

        static double Gelu(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));
    }
}
