using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Weighted sums of the weights of models of one shape, name by name.</summary>
public static class WeightCombination
{
    /// <summary>A weighted sum of tensors, made in float64.</summary>
    /// <param name="terms">At least one; all of one shape. Tensors without fractions are not summed: the first is taken.</param>
    /// <returns>A new tensor of the type of the first and on its device; the caller or the innermost scope owns it.</returns>
    /// <exception cref="ArgumentException">There are no terms, or their shapes differ.</exception>
    public static Tensor Of(IReadOnlyList<(double Coefficient, Tensor Value)> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        if (terms.Count == 0)
        {
            throw new ArgumentException("There is nothing to sum. Give at least one term.", nameof(terms));
        }

        var first = terms[0].Value;
        for (var i = 1; i < terms.Count; i++)
        {
            if (!terms[i].Value.Shape.SequenceEqual(first.Shape))
            {
                throw new ArgumentException(
                    $"Term {i} is [{string.Join(", ", terms[i].Value.Shape)}], the first [{string.Join(", ", first.Shape)}]. Sum tensors of one shape.", nameof(terms));
            }
        }

        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        if (!first.DType.IsFloatingPoint())
        {
            return first.Clone().MoveToOuter();
        }

        var sum = first.To(DType.Float64, copy: true) * terms[0].Coefficient;
        foreach (var (coefficient, value) in terms.Skip(1))
        {
            using var inner = new TensorScope();
            sum.CopyFrom(sum + (value.To(first.Device, DType.Float64) * coefficient));
        }

        return sum.To(first.DType, copy: true).MoveToOuter();
    }

    /// <summary>Gives a model the weighted sum of models' parameters and buffers.</summary>
    /// <param name="target">Overwritten; may be one of the models.</param>
    /// <param name="terms">At least one model, each with the names and shapes of the target.</param>
    /// <exception cref="ArgumentException">There are no terms, or a model has other names or shapes; the target is then as it was.</exception>
    public static void Into(Module target, IReadOnlyList<(double Coefficient, Module Model)> terms)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(terms);
        var own = Named(target);
        var others = terms.Select(t => Named(t.Model)).ToArray();
        for (var i = 0; i < others.Length; i++)
        {
            Check(own, others[i], i);
        }

        using var scope = new TensorScope();
        var sums = own.Keys.ToDictionary(
            name => name, name => Of([.. terms.Select((t, i) => (t.Coefficient, others[i][name]))]), StringComparer.Ordinal);
        foreach (var (name, value) in own)
        {
            value.CopyFrom(sums[name]);
        }
    }

    private static Dictionary<string, Tensor> Named(Module model) => model.Parameters.Select(p => (p.Name, p.Value))
        .Concat(model.Buffers.Select(b => (b.Name, b.Value)))
        .ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);

    private static void Check(Dictionary<string, Tensor> own, Dictionary<string, Tensor> other, int which)
    {
        foreach (var (name, value) in own)
        {
            if (!other.TryGetValue(name, out var found) || !found.Shape.SequenceEqual(value.Shape))
            {
                throw new ArgumentException(
                    $"Model {which} {(found is null ? "has no" : $"has [{string.Join(", ", found.Shape)}] for")} '{name}', which is "
                    + $"[{string.Join(", ", value.Shape)}] here. Combine models of one architecture.");
            }
        }

        if (other.Keys.FirstOrDefault(name => !own.ContainsKey(name)) is { } extra)
        {
            throw new ArgumentException($"Model {which} has '{extra}', which is not here. Combine models of one architecture.");
        }
    }
}
