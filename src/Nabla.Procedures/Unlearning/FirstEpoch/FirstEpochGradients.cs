using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Gradients of one parameter kept while a model is trained, for examples that may have to be forgotten one day.</summary>
/// <remarks>Memory: one tensor of the parameter's shape an example.</remarks>
public sealed class FirstEpochGradients : IDisposable
{
    private readonly Dictionary<string, Tensor> _kept = new(StringComparer.Ordinal);

    /// <summary>Makes an empty record.</summary>
    /// <param name="parameter">The full name of the parameter, such as <c>transformer.wte.weight</c>.</param>
    public FirstEpochGradients(string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(parameter);
        Parameter = parameter;
    }

    /// <summary>The full name of the parameter.</summary>
    public string Parameter { get; }

    /// <summary>What examples there are gradients of.</summary>
    public IReadOnlyCollection<string> Examples => _kept.Keys;

    /// <summary>Computes and keeps the gradient of one example's loss, at the weights of now; call it before the step's own backward pass.</summary>
    /// <param name="model">The model in training; its gradients are cleared afterwards.</param>
    /// <param name="example">What names the example; a second reading is added to the first.</param>
    /// <param name="loss">The example's loss with its graph, weighed as in training: divided by the size of the batch it stands in.</param>
    /// <exception cref="ArgumentException">The model has no such parameter, or the loss does not reach it.</exception>
    public void Record(Module model, string example, Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(example);
        ArgumentNullException.ThrowIfNull(loss);
        using var scope = new TensorScope();
        var parameter = Of(model);
        loss.Backward();
        var gradient = parameter.Gradient ?? throw new ArgumentException($"The loss of '{example}' does not depend on '{Parameter}'.", nameof(loss));
        using var mode = GradMode.Disable();
        if (_kept.TryGetValue(example, out var before))
        {
            before.CopyFrom(before + gradient);
        }
        else
        {
            _kept[example] = gradient.Clone().Release();
        }

        foreach (var one in model.Parameters)
        {
            one.Value.Gradient = null;
        }
    }

    /// <summary>Writes the record as a safetensors file.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => SafeTensors.Write(
        path, [.. _kept.Select(pair => (pair.Key, pair.Value))], new Dictionary<string, string> { ["parameter"] = Parameter });

    /// <summary>Reads a record.</summary>
    /// <param name="path">The file; nothing in it is trusted.</param>
    /// <returns>The record; the caller disposes it.</returns>
    /// <exception cref="SafeTensorsException">The file is damaged.</exception>
    /// <exception cref="FormatException">It is no record of gradients.</exception>
    public static FirstEpochGradients Load(string path)
    {
        using var file = SafeTensors.Open(path);
        if (!file.Metadata.TryGetValue("parameter", out var parameter) || parameter.Length == 0)
        {
            throw new FormatException($"'{path}' is no record of gradients: its metadata names no 'parameter'. Give a file written by FirstEpochGradients.Save.");
        }

        FirstEpochGradients read = new(parameter);
        foreach (var name in file.Names)
        {
            read._kept[name] = file.Load(name).Release();
        }

        return read;
    }

    /// <summary>Frees the gradients.</summary>
    public void Dispose()
    {
        foreach (var gradient in _kept.Values)
        {
            gradient.Dispose();
        }

        _kept.Clear();
    }

    internal Parameter Of(Module model) => model.Parameters.FirstOrDefault(p => p.Name == Parameter) ?? throw new ArgumentException(
        $"The model has no parameter '{Parameter}', whose gradients were to be kept. Take one of its own, such as '{model.Parameters[0].Name}'.",
        nameof(model));

    /// <summary>The sum over some examples, in the caller's scope.</summary>
    internal Tensor Sum(IEnumerable<string> examples)
    {
        Tensor? sum = null;
        foreach (var example in examples)
        {
            if (!_kept.TryGetValue(example, out var gradient))
            {
                throw new ArgumentException(
                    $"No gradient of '{example}' was kept in training, so it cannot be taken back. Forget it by another method.", nameof(examples));
            }

            sum = sum is null ? gradient.Clone() : sum + gradient;
        }

        return sum ?? throw new ArgumentException("There are no examples.", nameof(examples));
    }
}
