using System.Text.RegularExpressions;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Low-rank adapters beside chosen layers of a model, trained while the model's own weights rest.</summary>
/// <remarks>
/// <para>Update: none of its own; train <see cref="Parameters"/> by any optimizer, B with a higher rate than A through
/// parameter groups if wanted (LoRA+).</para>
/// <para>Needs: rank × (inputs + outputs) numbers a layer. Several adapters may be made for one model; one is attached at a time.</para>
/// <para>Choose it: to fit a model to a task with little memory, or to ship many tasks with one base.</para>
/// </remarks>
[Method(
    "lora",
    Family.Adaptation,
    Paper = "arXiv:2106.09685",
    Title = "LoRA: Low-Rank Adaptation of Large Language Models")]
[Departs("The paper draws A from a normal distribution; the default here is the reference implementation's uniform one, and the normal one an option.")]
public sealed class LoraAdapter : ICataloguedMethod<LoraOptions>, IModelAdapter
{
    /// <summary>The target that stands for every linear layer but the head.</summary>
    public const string AllLinear = "all-linear";

    private readonly List<LoraLayer> _layers = [];
    private readonly Dictionary<LoraLayer, Tensor> _merged = [];

    /// <summary>Makes an adapter; it stands beside nothing until <see cref="Attach"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Rank, scale, dropout and start.</param>
    /// <param name="seed">Fixes the start; each layer has draws of its own.</param>
    /// <param name="targets">The layers: full names or dotted endings such as <c>q_proj</c>; null for <see cref="AllLinear"/>.</param>
    /// <exception cref="OptionException">An option is wrong.</exception>
    /// <exception cref="ArgumentException">A target names no layer of the model; the message lists what there is.</exception>
    public LoraAdapter(Module model, LoraOptions options, Seed seed, IReadOnlyList<string>? targets = null)
        : this(model, options, seed, targets ?? [AllLinear], _ => options)
    {
    }

    internal LoraAdapter(
        Module model, LoraOptions options, Seed seed, IReadOnlyList<string> targets, Func<string, LoraOptions> optionsOf)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        Options = options;
        Targets = targets;
        foreach (var (name, layer) in Chosen(model, targets))
        {
            var own = optionsOf(name);
            own.ThrowIfInvalid();
            _layers.Add(new LoraLayer(name, layer, own, seed.Derive("lora")));
        }
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "y = W x + b + s * B * (A * dropout(x)), A is rank x inputs, B is outputs x rank",
        "s = alpha / rank; rankStabilized: alpha / sqrt(rank)",
        "merged: W + s * B * A",
    ];

    /// <summary>Rank, scale, dropout and start.</summary>
    public LoraOptions Options { get; }

    /// <summary>What names the layers.</summary>
    public IReadOnlyList<string> Targets { get; }

    /// <summary>The adapted layers, in the model's order.</summary>
    public IReadOnlyList<LoraLayer> Layers => _layers;

    /// <summary>What is trained: A and B of each layer, with the names of adapter files.</summary>
    public IReadOnlyList<Parameter> Parameters => [.. _layers.SelectMany(layer => layer.Parameters)];

    /// <summary>Whether the adapter stands beside its layers.</summary>
    public bool IsAttached => _layers.TrueForAll(layer => ReferenceEquals(layer.Layer.Adapter, layer));

    /// <summary>Whether the product is in the weights.</summary>
    public bool IsMerged { get; private set; }

    /// <summary>Whether inputs are dropped.</summary>
    public bool Training
    {
        get => _layers.TrueForAll(layer => layer.Training);
        set => _layers.ForEach(layer => layer.Training = value);
    }

    /// <summary>Stands beside the layers, in place of another adapter if there is one.</summary>
    /// <exception cref="InvalidOperationException">It is merged; the product would count twice.</exception>
    public void Attach()
    {
        if (IsMerged)
        {
            throw new InvalidOperationException("The adapter is merged into the weights; unmerge it before it is attached.");
        }

        _layers.ForEach(layer => layer.Layer.Adapter = layer);
    }

    /// <summary>Leaves the layers, which then compute what the base computes.</summary>
    public void Detach()
    {
        foreach (var layer in _layers.Where(layer => ReferenceEquals(layer.Layer.Adapter, layer)))
        {
            layer.Layer.Adapter = null;
        }
    }

    /// <summary>Adds the products to the weights and leaves the layers.</summary>
    /// <param name="keep">Whether the weights before are kept for <see cref="Unmerge"/>; a second copy of them in memory.</param>
    /// <exception cref="InvalidOperationException">It is merged already.</exception>
    public void Merge(bool keep = true)
    {
        if (IsMerged)
        {
            throw new InvalidOperationException("The adapter is merged already.");
        }

        using var mode = GradMode.Disable();
        foreach (var layer in _layers)
        {
            using var scope = new TensorScope();
            var weight = layer.Layer.Weight.Value;
            if (keep)
            {
                _merged[layer] = weight.Detach().Clone().Release();
            }

            weight.CopyFrom(weight + layer.Delta());
        }

        IsMerged = true;
        Detach();
    }

    /// <summary>Puts the weights back bit for bit and forgets the copies.</summary>
    /// <exception cref="InvalidOperationException">It is not merged, or the weights before were not kept.</exception>
    public void Unmerge()
    {
        if (!IsMerged)
        {
            throw new InvalidOperationException("The adapter is not merged; there is nothing to put back.");
        }

        if (_merged.Count == 0)
        {
            throw new InvalidOperationException("The adapter was merged without keeping the weights before; load the base again.");
        }

        using var mode = GradMode.Disable();
        foreach (var (layer, before) in _merged)
        {
            layer.Layer.Weight.Value.CopyFrom(before);
            before.Dispose();
        }

        _merged.Clear();
        IsMerged = false;
    }

    /// <summary>Leaves the layers and frees the factors; merged weights stay merged.</summary>
    public void Dispose()
    {
        Detach();
        foreach (var layer in _layers)
        {
            layer.Dispose();
        }

        foreach (var before in _merged.Values)
        {
            before.Dispose();
        }
    }

    internal static string NameOf(IAdaptable layer) =>
        layer.Weight.Name.EndsWith(".weight", StringComparison.Ordinal) ? layer.Weight.Name[..^".weight".Length] : layer.Weight.Name;

    internal static List<(string Name, IAdaptable Layer)> Chosen(Module model, IReadOnlyList<string> targets)
    {
        var layers = model.AdaptableLayers.Select(layer => (Name: NameOf(layer), Layer: layer)).ToList();
        var found = targets.ToDictionary(target => target, _ => false);
        var chosen = layers.Where(layer =>
        {
            var any = false;
            foreach (var target in targets)
            {
                if (target == AllLinear
                    ? !layer.Layer.IsEmbedding && layer.Layer.Weight.Role != ParameterRoles.Head
                    : layer.Name == target || layer.Name.EndsWith("." + target, StringComparison.Ordinal))
                {
                    any = found[target] = true;
                }
            }

            return any;
        }).ToList();
        if (found.FirstOrDefault(pair => !pair.Value).Key is { } missing)
        {
            var endings = layers.Select(layer => layer.Name[(layer.Name.LastIndexOf('.') + 1)..]).Distinct();
            throw new ArgumentException(
                $"No layer of the model is called '{missing}'. There are {string.Join(", ", endings)}, and '{AllLinear}'.", nameof(targets));
        }

        return chosen;
    }

    internal static List<string> Matching(Module model, string pattern)
    {
        var expression = new Regex("^(?:" + pattern + ")$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
        return [.. model.AdaptableLayers.Select(NameOf).Where(name => expression.IsMatch(name))];
    }
}
