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
        var unseen = Enumerable.Range(plan.Personas, plan.Unseen)
            .Select(persona => teachers.Task(persona, plan.UnseenSamples, cancellationToken)).ToArray();
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
            using var model = teachers.Start();
            var gradients = Retrain(plan, method, model, seen, seed, cancellationToken);
            foreach (var rank in plan.Ranks)
            {
                outcomes.Add(Adapt(plan, method, model, rank, unseen, seed, gradients, cancellationToken));
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

    private static long Retrain(
        PersonaPlan plan, PersonaMethod method, Module model, IReadOnlyList<SequenceTask> tasks, Seed seed, CancellationToken cancellationToken)
    {
        if (method == PersonaMethod.None)
        {
            return 0;
        }

        var adamW = new AdamWOptions { LearningRate = plan.Rate, WeightDecay = 0 };
        IRetrainingMethod procedure = method switch
        {
            PersonaMethod.StandardRetraining => new StandardRetraining(new()),
            PersonaMethod.Reptile => new Reptile(new() { InnerSteps = plan.InnerSteps }),
            _ => new MetaLora(new(), new LoraOptions { Rank = plan.MetaRank, Alpha = 2 * plan.MetaRank }),
        };
        using var run = procedure.Begin(
            model, tasks, method == PersonaMethod.Reptile ? adamW with { LearningRate = plan.ReptileRate } : adamW, adamW, seed.Derive("retraining"));
        var result = run.Run(new() { Rounds = long.MaxValue / 1024, Gradients = plan.Gradients, CancellationToken = cancellationToken });
        ThrowIfStopped(result.Ending, cancellationToken);
        return result.Counts.Gradients;
    }

    private static PersonaOutcome Adapt(
        PersonaPlan plan,
        PersonaMethod method,
        Module model,
        int rank,
        (SequenceTask Task, double Loss)[] unseen,
        Seed seed,
        long gradients,
        CancellationToken cancellationToken)
    {
        var (last, best, start) = (0.0, 0.0, 0.0);
        foreach (var (task, loss) in unseen)
        {
            // Each adaptation begins at the first dialogue.
            task.Load(new StateReader([], [("position", 0L)]));
            using var adapter = new LoraAdapter(model, new LoraOptions { Rank = rank, Alpha = 2 * rank }, seed.Derive(task.Name));
            var result = TaskAdaptation.Adapt(
                model, adapter, task, new AdamWOptions { LearningRate = plan.Rate, WeightDecay = 0 },
                new() { Steps = plan.AdaptationSteps, EvaluateEvery = Math.Max(1, plan.AdaptationSteps / 10), CancellationToken = cancellationToken });
            ThrowIfStopped(result.Ending, cancellationToken);
            last += (result.Last - loss) / unseen.Length;
            best += (result.Ending.BestValue!.Value - loss) / unseen.Length;
            start += (result.Start - loss) / unseen.Length;
        }

        return new PersonaOutcome(method, rank, last, best, start, gradients);
    }

    private static void ThrowIfStopped(Ending ending, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (ending.Kind == EndingKind.NonFinite)
        {
            throw new NonFiniteException(ending.Advice);
        }
    }
}
