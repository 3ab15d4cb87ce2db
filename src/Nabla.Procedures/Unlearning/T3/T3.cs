using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// Temper then tilt: the model rests; what it says is flattened by a temperature and multiplied with the probability that
/// the text so far and the next token belong to data to keep, as judged by a small classifier on the model's hidden states.
/// </summary>
/// <remarks>
/// <para>Needs: a sample of what is to be kept, hidden states of both sets in memory (answer tokens × width numbers), and rank ×
/// (width + vocabulary) trained numbers. No pass through the model in training.</para>
/// <para>Choose it: to serve a model with a switch that can be taken off again, one a request. The weights still know
/// everything, so it is of no use to whoever ships them, and it is no certified deletion.</para>
/// <para>Probabilities of kept answers fall with the temperature by construction, and tokens that no training answer holds
/// are pushed down by about ln 2: measure utility on other text.</para>
/// </remarks>
[Method(
    "t3",
    Family.Unlearning,
    Paper = "arXiv:2602.10217",
    Title = "Temper-Then-Tilt: Principled Unlearning for Generative Models through Tempering and Classifier Guidance")]
[Departs("The whole pool to keep is read once and its states stored, since how the authors' cached training draws from it is not known.")]
[Departs("The head has one inner layer; the published code allows more where the activation is not the identity.")]
public sealed class T3 : GradientUnlearner, ICataloguedMethod<T3Options>
{
    private readonly T3Options _options;
    private T3Head? _head;
    private ExampleTensors? _forget;
    private ExampleTensors? _retain;

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public T3(T3Options? options = null) => _options = options ?? new();

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "u_t = mean of hidden states 1..t, c_y = b_y . activation(A u_t + a)",
        "loss = mean over answer tokens of both sets of softplus(c) - s * c, s = 1 for data to keep, 0 for data to forget",
        "score(y) = ln p(y) / temperature + guidance * ln sigmoid(c_y + ln((1 - forgetShare) / forgetShare))",
    ];

    /// <inheritdoc/>
    public override bool ChangesModel => false;

    /// <inheritdoc/>
    protected override bool DrawsRetainAnew => true;

    /// <inheritdoc/>
    protected override void CheckOptions() => _options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task) => Language(task);

    /// <inheritdoc/>
    protected override IReadOnlyList<Parameter> Trained(IUnlearningTask task) => _head!.Parameters;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Changed(IUnlearningTask task) => [];

    /// <inheritdoc/>
    protected override UnlearningResult Run(IUnlearningTask task, UnlearningBudget budget, UnlearningObserver? observer)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(budget);
        var language = Language(task);
        var before = WeightChecksum.Of(task.Model);
        var weights = task.Model.Parameters[0].Value;
        var head = new T3Head(
            language.Causal.Width,
            language.Causal.Vocabulary,
            _options,
            budget.Seed.Derive("head"),
            PooledStates.TypeFor(weights.DType),
            weights.Device);
        try
        {
            _head = head;
            var result = base.Run(task, budget, observer);
            if (WeightChecksum.Of(task.Model) != before)
            {
                throw new InvalidOperationException(
                    "The model's weights changed while 't3' ran, which reads them only. Let nothing else train the model meanwhile.");
            }

            return result with
            {
                Scorer = new T3Scorer(task.Model, head, _options),
                Figures = new Dictionary<string, double> { ["head_parameters"] = head.Parameters.Sum(p => p.Value.ElementCount) },
            };
        }
        catch
        {
            head.Dispose();
            throw;
        }
        finally
        {
            _head = null;
        }
    }

    /// <inheritdoc/>
    protected override IDisposable? Begin(IUnlearningTask task, UnlearningBudget budget)
    {
        if (!_options.Cached)
        {
            return null;
        }

        var language = Language(task);
        _forget = Pool(language, ExampleSet.Forget, [.. Enumerable.Range(0, task.Count(ExampleSet.Forget))]);
        _retain = Pool(language, ExampleSet.Retain, [.. Enumerable.Range(0, task.Count(ExampleSet.Retain))]);
        return new Both(_forget, _retain);
    }

    /// <inheritdoc/>
    protected override Tensor? Loss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var language = Language(batch.Task);
        var pooled = Ops.Cat([States(language, ExampleSet.Forget, batch.Forget), States(language, ExampleSet.Retain, batch.Retain)]);
        long[] forget = Answers(language, ExampleSet.Forget, batch.Forget), retain = Answers(language, ExampleSet.Retain, batch.Retain);
        var tokens = Tensor.From<long>([.. forget, .. retain], forget.Length + retain.Length).To(pooled.Device, DType.Int64);
        double[] kept = [.. new double[forget.Length], .. Enumerable.Repeat(1.0, retain.Length)];
        return _head!.Learn(pooled, tokens, Tensor.From<double>(kept, kept.Length).To(pooled.Device, pooled.DType));
    }

    /// <inheritdoc/>
    protected override void Descend(Tensor loss)
    {
        // The gradients were set with the loss.
    }

    private static long[] Answers(ILanguageUnlearningTask task, ExampleSet set, IReadOnlyList<int> examples) =>
        [.. examples.SelectMany(i => task.Answer(set, i)).Select(token => (long)token)];

    private static ExampleTensors Pool(ILanguageUnlearningTask task, ExampleSet set, IReadOnlyList<int> examples)
    {
        var all = new Tensor[examples.Count];
        StartingModel.AtRest(task.Model, () =>
        {
            for (var i = 0; i < all.Length; i++)
            {
                using var scope = new TensorScope();
                all[i] = PooledStates.Of(task.Causal, task.Example(set, examples[i]), task.Model.Parameters[0].Value.Device).Clone().Release();
            }
        });
        return new ExampleTensors(all);
    }

    private Tensor States(ILanguageUnlearningTask task, ExampleSet set, IReadOnlyList<int> examples)
    {
        if (_options.Cached)
        {
            return (set == ExampleSet.Forget ? _forget! : _retain!).Of(examples);
        }

        using var made = Pool(task, set, examples);
        return made.Of([.. Enumerable.Range(0, examples.Count)]);
    }

    private sealed class Both(IDisposable one, IDisposable other) : IDisposable
    {
        public void Dispose()
        {
            one.Dispose();
            other.Dispose();
        }
    }
}
