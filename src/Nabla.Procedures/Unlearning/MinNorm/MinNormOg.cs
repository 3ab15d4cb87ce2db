using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// MinNorm-OG: shrinks the parameters towards the span of the output gradients on examples to keep, in turn with descent on
/// their loss, on the way to the simplest model that still fits them.
/// </summary>
/// <remarks>
/// <para>Update: in passes t with t &lt; T - numGdEpochs and t mod projPd = 0, before each step θ ← θ - a (θ - Pθ) with P the
/// projection onto the span of output gradients of up to gradSampleSize examples of the batch, and a ← regCoefDecay a; then one
/// step of the optimizer on the loss of the batch. The examples to forget are never read; they only say how long a pass is,
/// unless <see cref="UnlearningBudget.Leads"/> says otherwise.</para>
/// <para>Needs: examples to keep, a model that fits them, and gradSampleSize backward passes a projection.</para>
/// <para>Choose it: when a small sample of the data to keep is at hand and the model interpolates its data, where gradients of
/// the loss say nothing.</para>
/// </remarks>
/// <param name="options">Strength, schedule and sample.</param>
[Method(
    "minnorm-og",
    Family.Unlearning,
    Paper = "arXiv:2505.22601",
    Title = "Machine Unlearning under Overparameterization")]
[Departs("The authors' code takes the span by a QR decomposition; here by the eigenvalues of the Gram matrix, which leaves directions of rounding out.")]
[Departs("The authors' code computes the loss before the projection and its gradient with the weights after it; here the forward pass is fresh, as in the paper's Algorithm 1.")]
[Departs("Where the sample is smaller than the number of classes in the batch, each class still has one example.")]
public sealed class MinNormOg(MinNormOgOptions options) : GradientUnlearner, ICataloguedMethod<MinNormOgOptions>
{
    private double _strength;
    private int _projections;
    private bool _projected;
    private double _normBefore;
    private ProjectionOutcome? _last;

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "G = [grad f(theta, x_i)] over sampled examples to keep;  P theta = G (GtG)^+ Gt theta",
        "theta <- theta - a (theta - P theta);  a <- regCoefDecay * a;  a = regCoef at first",
        "theta <- theta - optimizer(grad J(theta; batch to keep))",
    ];

    /// <inheritdoc/>
    protected override bool ReadsForget => false;

    /// <inheritdoc/>
    protected override void CheckOptions() => options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override IDisposable? Begin(IUnlearningTask task, UnlearningBudget budget)
    {
        (_strength, _projections, _last) = (options.RegCoef, 0, null);
        return null;
    }

    /// <inheritdoc/>
    protected override void BeforeStep(UnlearningBatch batch)
    {
        var passes = batch.TotalSteps / batch.StepsOfEpoch;
        _projected = batch.Epoch < passes - options.NumGdEpochs && batch.Epoch % options.ProjPd == 0;
        if (!_projected)
        {
            return;
        }

        var sample = Sample(batch);
        var seeds = new Seed(batch.Random.NextUInt64());
        var projection = new OutputProjection { MemoryLimit = (long)options.MemoryLimit << 20 };
        using var scope = new TensorScope();
        using var together = batch.Task.Model.Buffers.Count > 0 ? OutputsTogether(batch.Task, sample, seeds) : null;
        _last = projection.Shrink(
            Projected(batch.Task.Model),
            sample.Count,
            together is null
                ? i => batch.Task.Outputs(ExampleSet.Retain, [sample[i]], new RandomStream(seeds.Derive(i)))
                : i => together.Narrow(0, i, 1),
            _strength);
        _normBefore = _projections == 0 ? _last.NormBefore : _normBefore;
        _strength *= options.RegCoefDecay;
        _projections++;
    }

    /// <inheritdoc/>
    protected override bool RestartsOptimizer(UnlearningBatch batch) => _projected && options.ResetMoments;

    /// <inheritdoc/>
    protected override Tensor? Loss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Task.Loss(ExampleSet.Retain, batch.Retain);
    }

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, double> Finish(IUnlearningTask task)
    {
        var figures = new Dictionary<string, double> { ["projections"] = _projections, ["last strength"] = _projections == 0 ? 0 : _strength / Math.Max(options.RegCoefDecay, double.Epsilon) };
        if (_last is not null)
        {
            figures["norm before"] = _normBefore;
            figures["norm at the last projection"] = _last.NormBefore;
            figures["rank of the last projection"] = _last.Rank;
        }

        return figures;
    }

    // A vector called weight is a gain; the shift beside it is called bias.
    private List<Parameter> Projected(Module model)
    {
        if (!options.ExcludeNorms)
        {
            return [.. model.Parameters];
        }

        var gains = model.Parameters
            .Where(p => p.Role == ParameterRoles.Vector && p.Name.EndsWith("weight", StringComparison.Ordinal))
            .Select(p => p.Name[..^"weight".Length])
            .ToHashSet(StringComparer.Ordinal);
        return [.. model.Parameters.Where(p => !(p.Role == ParameterRoles.Vector && gains.Contains(p.Name[..(p.Name.LastIndexOf('.') + 1)])))];
    }

    // Classes in equal numbers; what is no class, at random.
    private List<int> Sample(UnlearningBatch batch)
    {
        var examples = batch.Retain.Distinct().ToArray();
        batch.Random.Shuffle(examples.AsSpan());
        if (batch.Task is not ILabelledUnlearningTask labelled || batch.Task is ILanguageUnlearningTask)
        {
            return [.. examples.Take(options.GradSampleSize)];
        }

        var classes = examples.GroupBy(example => labelled.Answer(ExampleSet.Retain, example)[0]).OrderBy(group => group.Key).ToArray();
        var each = Math.Max(1, options.GradSampleSize / classes.Length);
        return [.. classes.SelectMany(group => group.Take(each))];
    }

    // Statistics over a batch, as batch normalization takes them, need the batch; the running ones stay as they are.
    private static Tensor OutputsTogether(IUnlearningTask task, List<int> sample, Seed seed)
    {
        var before = task.Model.Buffers.Select(buffer => buffer.Value.Clone()).ToArray();
        var outputs = task.Outputs(ExampleSet.Retain, sample, new RandomStream(seed));
        foreach (var (buffer, value) in task.Model.Buffers.Zip(before))
        {
            buffer.Value.CopyFrom(value);
        }

        return outputs;
    }
}
