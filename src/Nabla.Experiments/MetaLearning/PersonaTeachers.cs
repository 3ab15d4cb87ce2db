using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;

namespace Nabla.Experiments;

/// <summary>Makes the transformer before all personas, the personas' own, and their dialogues.</summary>
internal sealed class PersonaTeachers(PersonaPlan plan, Seed seed)
{
    // With these sizes a random transformer speaks: its next token is neither certain nor any.
    private const double TableDeviation = 0.3;
    private const double Gain = 1.5;
    private const double FirstDeviation = 0.02;

    /// <summary>The model that is retrained, before anything that personas share or differ in.</summary>
    public Gpt Start()
    {
        var model = new Gpt(
            new GptOptions
            {
                Layers = plan.Layers,
                Heads = Math.Max(1, plan.Width / 16),
                Width = plan.Width,
                Context = plan.Length,
                Vocabulary = plan.Vocabulary,
            },
            seed.Derive("start"));
        using var mode = GradMode.Disable();
        foreach (var layer in model.AdaptableLayers)
        {
            using var scope = new TensorScope();
            var weight = layer.Weight.Value;
            weight.CopyFrom(weight * (layer.IsEmbedding ? TableDeviation / FirstDeviation : Gain / (FirstDeviation * Math.Sqrt(layer.Inputs))));
        }

        return model;
    }

    /// <summary>The transformer of a persona, or what all have in common.</summary>
    /// <param name="persona">Its number, from 0; null for what all have in common.</param>
    public Gpt Teacher(int? persona)
    {
        var model = Start();
        using var mode = GradMode.Disable();
        foreach (var layer in model.AdaptableLayers.Where(layer => !layer.IsEmbedding))
        {
            using var scope = new TensorScope();
            var weight = layer.Weight.Value;
            var name = layer.Weight.Name;
            var size = Norm(weight);
            var shared = Draw(weight.Shape[0], weight.Shape[1], seed.Derive("shared").Derive(name));
            weight.CopyFrom(weight + (shared * (plan.SharedSize * size / Norm(shared))));
            if (persona is { } number)
            {
                var own = Draw(weight.Shape[0], plan.PersonaRank, seed.Derive("left").Derive(name).Derive(number))
                    .Mm(Draw(plan.PersonaRank, weight.Shape[1], seed.Derive("right").Derive(name).Derive(number)));
                weight.CopyFrom(weight + (own * (plan.PersonaSize * size / Norm(own))));
            }
        }

        return model;
    }

    /// <summary>The dialogues of a persona as a task, and the loss of its own teacher on the held-out ones.</summary>
    public (SequenceTask Task, double Loss) Task(int persona, int samples, CancellationToken cancellationToken)
    {
        using var teacher = Teacher(persona);
        teacher.Training = false;
        using var mode = GradMode.Disable();
        var all = TokenGeneration.Generate(
            teacher,
            [.. Enumerable.Repeat<IReadOnlyList<int>>([0], samples + plan.HeldOut)],
            new DecodingOptions { MaxNewTokens = plan.Length - 1, Temperature = 1, Seed = seed.Derive("dialogues").Derive(persona) },
            cancellationToken: cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<int>[] whole = [.. all.Select(tokens => (IReadOnlyList<int>)[0, .. tokens])];
        var task = new SequenceTask($"persona {persona}", whole[..samples], whole[samples..], plan.Batch, seed.Derive("order"));
        return (task, task.Evaluate(teacher));
    }

    private static double Norm(Tensor tensor) => Math.Sqrt(tensor.Square().Sum().Item());

    private static Tensor Draw(long rows, long columns, Seed seed) => new RandomStream(seed).NextGaussians([rows, columns]);
}
