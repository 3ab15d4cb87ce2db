using Nabla.Adapters.Schedules;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Tasks;
using Nabla.Procedures.Adaptation;

namespace Nabla.Experiments;

/// <summary>
/// Retrains a small language model on personas by several methods, with as many gradients, in the same order of tasks and with the
/// same optimizer, and adapts each base to unseen personas with the same recipe.
/// </summary>
public static class PersonaStudy
{
    /// <summary>Runs the comparison once.</summary>
    /// <param name="plan">Sizes and methods.</param>
    /// <param name="seed">Fixes teachers, dialogues, orders and starts; the same for all methods.</param>
    /// <param name="progress">Told in a sentence what goes on; null: nobody.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <returns>An outcome for each method and rank.</returns>
    /// <exception cref="ArgumentException">A value of the plan is not allowed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="NonFiniteException">Retraining or adaptation stopped being finite; the message says where.</exception>
    public static IReadOnlyList<PersonaOutcome> Run(
        PersonaPlan plan, Seed seed, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.ThrowIfInvalid();
        var teachers = new PersonaTeachers(plan, seed);
        (SequenceTask Task, double Loss) Unseen(int persona) => teachers.Task(plan.Personas + persona, plan.UnseenSamples, cancellationToken);
        var unseen = Enumerable.Range(0, plan.Unseen).Select(Unseen).ToArray();
        var chooser = plan.AdaptationRates.Count > 1 ? Unseen(plan.Unseen) : default((SequenceTask, double)?);
        var seen = new List<SequenceTask>();
        for (var persona = 0; persona < plan.Personas; persona++)
        {
            seen.Add(teachers.Task(persona, plan.Samples, cancellationToken).Task);
        }

        var beginning = seen.ConvertAll(Position);
        List<PersonaOutcome> outcomes = [];
        foreach (var method in plan.Methods)
        {
            progress?.Report($"Retraining by {method}.");
            // All methods see the same batches in the same order.
            seen.Zip(beginning).ToList().ForEach(pair => pair.First.Load(StateReader.Of(pair.Second)));
            using var model = method == PersonaMethod.TrueBase ? teachers.Teacher(null) : teachers.Start();
            var counts = Retrain(plan, method, model, seen, seed, cancellationToken);
            foreach (var rank in plan.Ranks)
            {
                double Chosen(double rate) => Adapt(plan, model, rank, rate, [chooser!.Value], seed, cancellationToken).Last;
                var rate = chooser is null ? plan.AdaptationRates[0] : plan.AdaptationRates.MinBy(Chosen);
                var (last, best, start) = Adapt(plan, model, rank, rate, unseen, seed, cancellationToken);
                outcomes.Add(new(method, rank, last, best, start, counts.Gradients, counts.Products, rate));
            }
        }

        return outcomes;
    }

    private static StateWriter Position(SequenceTask task)
    {
        var writer = new StateWriter();
        task.Save(writer);
        return writer;
    }

    private static QueryCounts Retrain(
        PersonaPlan plan, PersonaMethod method, Module model, IReadOnlyList<SequenceTask> tasks, Seed seed, CancellationToken cancellationToken)
    {
        var adamW = new AdamWOptions { LearningRate = plan.Rate, WeightDecay = 0 };
        var plain = new SgdOptions { LearningRate = plan.InnerRate };
        // A round takes the same gradients of every task; the last of MAML's is that of the query.
        var (procedure, own, each) = method switch
        {
            PersonaMethod.StandardRetraining => ((IRetrainingMethod)new StandardRetraining(new()), (MethodOptions?)null, 1),
            PersonaMethod.MetaLora => (new MetaLora(new(), Adapter(plan.MetaRank)), null, 1),
            PersonaMethod.Reptile => (new Reptile(new() { InnerSteps = plan.InnerSteps }), adamW, plan.InnerSteps),
            PersonaMethod.Fomaml => (new Fomaml(new() { InnerSteps = plan.InnerSteps - 1 }), plain, plan.InnerSteps),
            PersonaMethod.Maml => (
                new Maml(new() { InnerSteps = plan.InnerSteps - 1, InnerRate = plan.InnerRate }), plain, plan.InnerSteps),
            _ => (null, null, 1),
        };
        if (procedure is null)
        {
            return default;
        }

        using var run = procedure.Begin(model, tasks, Falling(adamW), own, seed.Derive("retraining"));
        var result = run.Run(new() { Rounds = plan.Gradients / (plan.Personas * each), CancellationToken = cancellationToken });
        ThrowIfStopped(result.Ending, cancellationToken);
        return result.Counts;
    }

    private static (double Last, double Best, double Start) Adapt(
        PersonaPlan plan,
        Module model,
        int rank,
        double rate,
        (SequenceTask Task, double Loss)[] personas,
        Seed seed,
        CancellationToken cancellationToken)
    {
        var (last, best, start) = (0.0, 0.0, 0.0);
        foreach (var (task, loss) in personas)
        {
            // Each adaptation begins at the first dialogue.
            task.Load(new StateReader([], [("position", 0L)]));
            using var adapter = new LoraAdapter(model, Adapter(rank), seed.Derive(task.Name));
            var result = TaskAdaptation.Adapt(
                model, adapter, task, Falling(new AdamWOptions { LearningRate = rate, WeightDecay = 0 }),
                new() { Steps = plan.AdaptationSteps, EvaluateEvery = Math.Max(1, plan.AdaptationSteps / 10), CancellationToken = cancellationToken });
            ThrowIfStopped(result.Ending, cancellationToken);
            last += (result.Last - loss) / personas.Length;
            best += (result.Ending.BestValue!.Value - loss) / personas.Length;
            start += (result.Start - loss) / personas.Length;
        }

        return (last, best, start);
    }

    private static LoraOptions Adapter(int rank) => new() { Rank = rank, Alpha = 2 * rank };

    private static WrappedOptions Falling(MethodOptions options) => new(new CosineOptions(), options);

    private static void ThrowIfStopped(Ending ending, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (ending.Kind == EndingKind.NonFinite)
        {
            throw new NonFiniteException(ending.Advice);
        }
    }
}
