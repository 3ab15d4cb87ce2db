using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Adaptation;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// Unlearning from logit difference: an assistant learns the reverse, to remember what is to be forgotten and to know nothing of what is kept, and its
/// logits are taken from those of the model, which rests.
/// </summary>
/// <remarks>
/// <para>Needs: a sample of what is to be kept, adapters of the rank on every linear layer, and two passes of the model a token afterwards.</para>
/// <para>Choose it: like T3, to serve a model with a switch that comes off again; kept answers stay nearly as they were, since a uniform assistant
/// changes no probability.</para>
/// <para>While the method runs the adapters stand beside the layers, so whoever watches sees the assistant.</para>
/// </remarks>
[Method(
    "uld",
    Family.Unlearning,
    Paper = "arXiv:2406.08607",
    Title = "Reversing the Forget-Retain Objectives: An Efficient LLM Unlearning Framework from Logit Difference")]
[Departs("The assistant is the whole resting base behind adapters; the authors' is its first eight layers with adapters and the head, which costs less a token.")]
[Departs("Nothing is augmented; the authors' assistant remembers paraphrases too, and is uniform on perturbed answers.")]
[Departs("The uniform loss is a mean over answer tokens; the authors' takes prompts and padding in.")]
public sealed class Uld : GradientUnlearner, ICataloguedMethod<UldOptions>
{
    private readonly UldOptions _options;
    private LoraAdapter? _adapter;

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public Uld(UldOptions? options = null) => _options = options ?? new();

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "loss = CE(assistant; forget) + retainWeight * KL(uniform, assistant; keep)",
        "z_y = base_y - weight * assistant_y where p_base(y) >= topLogitFilter * max p_base, else base_y",
    ];

    /// <inheritdoc/>
    public override bool ChangesModel => false;

    /// <inheritdoc/>
    protected override void CheckOptions() => _options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task) => Language(task);

    /// <inheritdoc/>
    protected override IReadOnlyList<Parameter> Trained(IUnlearningTask task) => _adapter!.Parameters;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Changed(IUnlearningTask task) => [];

    /// <inheritdoc/>
    protected override UnlearningResult Run(IUnlearningTask task, UnlearningBudget budget, UnlearningObserver? observer)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(budget);
        var before = WeightChecksum.Of(task.Model);
        var adapter = RankedAdapter.Make(task.Model, _options.Rank, _options.LoraAlpha, budget.Seed.Derive("assistant"));
        try
        {
            _adapter = adapter;
            UnlearningResult result;
            using (new RestingBase(task.Model))
            {
                adapter.Attach();
                result = base.Run(task, budget, observer);
                adapter.Detach();
            }

            if (WeightChecksum.Of(task.Model) != before)
            {
                throw new InvalidOperationException(
                    "The model's weights changed while 'uld' ran, which reads them only. Let nothing else train the model meanwhile.");
            }

            adapter.Training = false;
            return result with
            {
                Scorer = new UldScorer(task.Model, adapter, _options.Weight, _options.TopLogitFilter),
                Figures = new Dictionary<string, double> { ["adapter_parameters"] = adapter.Parameters.Sum(p => p.Value.ElementCount) },
            };
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
        finally
        {
            _adapter = null;
        }
    }

    /// <inheritdoc/>
    protected override Tensor? Loss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var remembered = batch.Task.Loss(ExampleSet.Forget, batch.Forget);
        return _options.RetainWeight == 0
            ? remembered
            : remembered + (FromUniform(Language(batch.Task).Score(ExampleSet.Retain, batch.Retain).Logits) * _options.RetainWeight);
    }

    /// <summary>The mean over rows of KL(uniform ‖ softmax): 0 where nothing is known.</summary>
    /// <param name="logits">[rows, tokens].</param>
    /// <returns>A scalar with its graph, owned by the caller.</returns>
    public static Tensor FromUniform(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        using var scope = new TensorScope();
        return ((-logits.LogSoftmax(-1).Mean()) - Math.Log(logits.Shape[^1])).MoveToOuter();
    }
}
