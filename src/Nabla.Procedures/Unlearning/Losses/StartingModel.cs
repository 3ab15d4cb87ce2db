using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>What the model said before anything was changed, kept per example, so that no second model is needed.</summary>
internal static class StartingModel
{
    /// <summary>ln π_ref of each example's answer: one double an example.</summary>
    public static double[] LogProbabilities(ILabelledUnlearningTask task, ExampleSet set, int batch) =>
        LogProbabilities(task.Model, task.Count(set), batch, examples => task.Score(set, examples));

    /// <summary>ln π_ref of each of some answers.</summary>
    public static double[] LogProbabilities(Module model, int count, int batch, Func<int[], ScoredAnswers> score)
    {
        var all = new double[count];
        Read(model, count, batch, score, (first, scored) => AnswerScores.Sums(scored).ToDoubles().CopyTo(all, first));
        return all;
    }

    /// <summary>The logits of each example's answer.</summary>
    public static ExampleTensors Logits(ILabelledUnlearningTask task, ExampleSet set, int batch)
    {
        var all = new Tensor[task.Count(set)];
        Read(task.Model, all.Length, batch, examples => task.Score(set, examples), (first, scored) =>
        {
            var row = 0;
            for (var i = 0; i < scored.Lengths.Count; i++)
            {
                all[first + i] = scored.Logits.Narrow(0, row, scored.Lengths[i]).Clone().Release();
                row += scored.Lengths[i];
            }
        });
        return new ExampleTensors(all);
    }

    /// <summary>Does something with the model as it is, without gradients and without dropout.</summary>
    public static void AtRest(Module model, Action action)
    {
        var wasTraining = model.Training;
        using var mode = GradMode.Disable();
        try
        {
            model.Training = false;
            action();
        }
        finally
        {
            model.Training = wasTraining;
        }
    }

    private static void Read(Module model, int count, int batch, Func<int[], ScoredAnswers> score, Action<int, ScoredAnswers> take) =>
        AtRest(model, () =>
        {
            for (var first = 0; first < count; first += batch)
            {
                using var scope = new TensorScope();
                take(first, score([.. Enumerable.Range(first, Math.Min(batch, count - first))]));
            }
        });
}
