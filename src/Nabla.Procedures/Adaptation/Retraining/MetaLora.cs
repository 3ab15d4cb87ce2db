using System.Globalization;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Trains a base together with one throw-away adapter for each task, so that an adapter can finish the base for a new one.</summary>
/// <remarks>
/// <para>Update: base and the adapter of a task move together, by the gradients of the task's loss at base plus adapter; in the
/// nested schedule the adapters first make steps of their own. At the end the base is kept and the adapters are dropped.</para>
/// <para>Needs: several related tasks, for a unique answer three or more; the optimizer's state for each adapter.</para>
/// <para>Choose it: when a base will be shipped to be adapted by low-rank adapters.</para>
/// </remarks>
[Method(
    "meta-lora",
    Family.Adaptation,
    Paper = "arXiv:2410.22264",
    Title = "Provable Meta-Learning with Low-Rank Adaptations")]
[Departs("All methods here take the tasks in turns; the authors' code does so for Meta-LoRA alone and visits task after task in standard retraining.")]
public sealed class MetaLora : ICataloguedMethod<MetaLoraOptions>, IRetrainingMethod
{
    private readonly MetaLoraOptions _options;
    private readonly Func<Module, int, Seed, IModelAdapter> _adapter;

    /// <summary>Low-rank adapters beside layers.</summary>
    /// <param name="options">The schedule.</param>
    /// <param name="lora">Rank, scale, dropout and start of every adapter.</param>
    /// <param name="targets">The layers; null for every linear layer but the head.</param>
    public MetaLora(MetaLoraOptions options, LoraOptions lora, IReadOnlyList<string>? targets = null)
        : this(options, (model, _, seed) => new LoraAdapter(model, lora, seed, targets)) => ArgumentNullException.ThrowIfNull(lora);

    /// <summary>Adapters of any kind.</summary>
    /// <param name="options">The schedule.</param>
    /// <param name="adapter">Makes the adapter for a model, the number of a task and a seed of its own; the run disposes it.</param>
    public MetaLora(MetaLoraOptions options, Func<Module, int, Seed, IModelAdapter> adapter)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(adapter);
        (_options, _adapter) = (options, adapter);
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "minimize over W and all adapters: sum over t of L_t(W + U_t V_t')",
        "interleaved: for each t: W, U_t, V_t step by the gradient of L_t(W + U_t V_t')",
        "summed: one step of W by the sum of all gradients, of U_t, V_t by those of L_t",
        "nested: innerSteps steps of each U_t, V_t with W at rest, then one step of W by the sum",
        "end: W is kept, U_t and V_t are dropped",
    ];

    /// <inheritdoc/>
    public RetrainingRun Begin(
        Module model, IReadOnlyList<IAdaptationTask> tasks, MethodOptions optimizer, MethodOptions? taskOptimizer = null, Seed seed = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tasks);
        _options.ThrowIfInvalid();
        var adapters = new List<IModelAdapter>();
        try
        {
            for (var i = 0; i < tasks.Count; i++)
            {
                adapters.Add(_adapter(model, i, seed.Derive("adapter " + i.ToString(CultureInfo.InvariantCulture))));
            }

            return new JointRetraining(model, tasks, optimizer, taskOptimizer, seed, _options.Schedule, _options.InnerSteps, adapters);
        }
        catch
        {
            adapters.ForEach(adapter => adapter.Dispose());
            throw;
        }
    }
}
