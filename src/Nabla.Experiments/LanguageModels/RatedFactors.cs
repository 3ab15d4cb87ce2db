using System.Globalization;
using Nabla.Core;

namespace Nabla.Experiments;

/// <summary>LoRA+ (arXiv:2402.12354): the factor that begins at zero learns at a higher rate than the other.</summary>
internal static class RatedFactors
{
    private const string FactorB = ".lora_B.weight";
    private const string EmbeddingFactorB = ".lora_embedding_B";

    /// <summary>Groups for an adapter's factors: B with a rate of its own, A with that of the method.</summary>
    /// <param name="factors">The adapter as what is trained.</param>
    /// <param name="method">The catalogue name of the method.</param>
    /// <param name="options">Options of the method by name.</param>
    /// <param name="ratio">How many times the rate of A that of B is; above 0.</param>
    public static ParameterGroups Of(Module factors, string method, IReadOnlyDictionary<string, string> options, double ratio)
    {
        MethodDescriptor found = Catalogue.Find(method);
        return ParameterGroups.Of(factors)
            .Assign(IsB, found.CreateOptions(Scaled(found, options, ratio)))
            .AssignRest(found.CreateOptions(options));
    }

    /// <summary>Throws with a sentence where the rates cannot be told apart.</summary>
    /// <exception cref="OptionException">The method has no learning rate of its own, or the higher rate is not allowed.</exception>
    public static void Check(string method, IReadOnlyDictionary<string, string> options, double ratio)
    {
        MethodDescriptor found = Catalogue.Find(method);
        found.CreateOptions(Scaled(found, options, ratio));
    }

    private static bool IsB(Parameter parameter) =>
        parameter.Name.EndsWith(FactorB, StringComparison.Ordinal) || parameter.Name.EndsWith(EmbeddingFactorB, StringComparison.Ordinal);

    private static Dictionary<string, string> Scaled(MethodDescriptor method, IReadOnlyDictionary<string, string> options, double ratio)
    {
        if (method.LearningRate is not { } rate)
        {
            throw new OptionException(
                $"LoRA+ gives B {ratio.ToString(CultureInfo.InvariantCulture)} times the learning rate of A, but '{method.Name}' has none to set. Take a method with a learning rate, or leave the ratio out.",
                "rateRatio",
                ratio);
        }

        double plain = options.TryGetValue(rate.Name, out string? text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double given)
            ? given
            : Convert.ToDouble(rate.Default, CultureInfo.InvariantCulture);
        return new Dictionary<string, string>(options, StringComparer.Ordinal)
        {
            [rate.Name] = (plain * ratio).ToString("R", CultureInfo.InvariantCulture),
        };
    }
}
