using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Drives hidden states of a block towards a random direction on what is to be forgotten and holds them elsewhere.</summary>
/// <remarks>
/// <para>Needs: the starting states of what is to be kept in memory, answer tokens × width numbers (with the default retain loss).</para>
/// <para>Choose it: for whole fields of knowledge rather than single answers. States of all prompts that resemble the forget set move: look at generated text.</para>
/// </remarks>
[Method(
    "rmu",
    Family.Unlearning,
    Paper = "arXiv:2403.03218",
    Title = "The WMDP Benchmark: Measuring and Reducing Malicious Use With Unlearning")]
[Departs("States are taken where answers are predicted; the mean is over all those positions, public code means over examples first.")]
public sealed class Rmu : LadderUnlearner, ICataloguedMethod<RmuOptions>
{
    private readonly RmuOptions _options;
    private Tensor? _direction;
    private ExampleTensors? _states;

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public Rmu(RmuOptions? options = null)
        : base(options ??= new())
    {
        _options = options;
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "L_forget = mean over positions of |h - c u|^2 / width, u uniform on [0, 1)^width, normalized, drawn once",
        "L_retain = mean over positions of |h - h_ref|^2 / width",
        "L = gamma * L_forget + alpha * L_retain",
    ];

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task)
    {
        var layers = Language(task).Causal.Layers;
        if (_options.Layer >= layers)
        {
            throw new ArgumentException(
                $"'{Name}' was told to steer block {_options.Layer}; the model's blocks are 0 to {layers - 1}. Set RmuOptions.Layer.", nameof(task));
        }
    }

    /// <inheritdoc/>
    protected override void Remember(IUnlearningTask task, UnlearningBudget budget, Action<IDisposable> own)
    {
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(own);
        var language = Language(task);
        RandomStream random = new(budget.Seed.Derive("direction"));
        double[] u = [.. Enumerable.Range(0, language.Causal.Width).Select(_ => random.NextDouble())];
        var norm = Math.Sqrt(u.Sum(x => x * x));
        var like = task.Model.Parameters[0].Value;
        using var made = Tensor.From<double>([.. u.Select(x => x / norm)], u.Length);
        own(_direction = made.To(like.Device, like.DType, copy: true).Release());
        if (KeepsAnything && _options.Retain == RetainLoss.Hidden)
        {
            own(_states = States(language));
        }

    }

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ForgetLosses.Misdirection(StatesOf(batch, ExampleSet.Forget, batch.Forget), _direction!, _options.Coefficient);
    }

    /// <inheritdoc/>
    protected override Tensor RetainedLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return _options.Retain == RetainLoss.Hidden
            ? (StatesOf(batch, ExampleSet.Retain, batch.Retain) - _states!.Of(batch.Retain)).Square().Mean()
            : base.RetainedLoss(batch);
    }

    private Tensor StatesOf(UnlearningBatch batch, ExampleSet set, IReadOnlyList<int> examples)
    {
        var language = Language(batch.Task);
        return language.States([.. examples.Select(i => language.Example(set, i))], _options.Layer);
    }

    private ExampleTensors States(ILanguageUnlearningTask language)
    {
        var all = new Tensor[language.Count(ExampleSet.Retain)];
        StartingModel.AtRest(language.Model, () =>
        {
            for (var i = 0; i < all.Length; i++)
            {
                using var scope = new TensorScope();
                all[i] = language.States([language.Example(ExampleSet.Retain, i)], _options.Layer).Release();
            }
        });
        return new ExampleTensors(all);
    }
}
