using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>SCRUB: in turn a pass near the original model on the examples to keep and a pass away from it on those to forget.</summary>
/// <remarks>
/// <para>Update: passes 0, 2, … and the last numGdEpochs: J(keep) + regCoef KL(π° ‖ π) on batches to keep; passes 1, 3, …: -gaCoef KL(π° ‖ π) on batches to forget; π° is the model as it was.</para>
/// <para>Needs: answers that are classes or tokens, examples to keep, and a copy of the parameters.</para>
/// <para>Choose it: for classifiers, where a few passes may be spent on a balance of both sets.</para>
/// </remarks>
/// <param name="options">The weights and the last passes.</param>
[Method("scrub", Family.Unlearning, Paper = "arXiv:2302.09880", Title = "Towards Unbounded Machine Unlearning")]
[Departs("The paper begins with the passes that forget; here those that keep come first, as in the code of arXiv:2505.22601.")]
public sealed class Scrub(ScrubOptions options) : GradientUnlearner, ICataloguedMethod<ScrubOptions>
{
    private Func<Func<Tensor>, Tensor> _ask = question => question();

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } = ["even passes: J(theta; keep) + regCoef * KL(original, now; keep)", "odd passes: -gaCoef * KL(original, now; forget)"];

    /// <inheritdoc/>
    protected override void CheckOptions() => options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task) => Labelled(task);

    /// <inheritdoc/>
    protected override IDisposable? Begin(IUnlearningTask task, UnlearningBudget budget)
    {
        ArgumentNullException.ThrowIfNull(task);
        var original = new OriginalModel(task.Model);
        _ask = original.Ask;
        return original;
    }

    /// <inheritdoc/>
    protected override Tensor? Loss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var passes = batch.TotalSteps / batch.StepsOfEpoch;
        if (batch.Epoch % 2 == 0 || batch.Epoch >= passes - options.NumGdEpochs)
        {
            // The distance first: it puts the original parameters in place for a moment, which no recorded graph would bear.
            var near = Distance(batch, ExampleSet.Retain) * options.RegCoef;
            return near + batch.Task.Loss(ExampleSet.Retain, batch.Retain);
        }

        return Distance(batch, ExampleSet.Forget) * -options.GaCoef;
    }

    private Tensor Distance(UnlearningBatch batch, ExampleSet set)
    {
        var examples = set == ExampleSet.Forget ? batch.Forget : batch.Retain;
        var task = Labelled(batch.Task);
        var original = _ask(() => task.Score(set, examples).Logits.LogSoftmax(1));
        var now = task.Score(set, examples).Logits.LogSoftmax(1);
        return (original.Exp() * (original - now)).Sum(1).Mean();
    }
}
