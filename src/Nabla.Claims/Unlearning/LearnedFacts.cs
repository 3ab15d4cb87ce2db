using System.Collections.Concurrent;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>
/// A tiny GPT that knows by heart facts about twelve persons: prompt is a person and an attribute, the answer one to four
/// values and an ending token. Trained once for a seed; every claim takes a copy.
/// </summary>
internal static class LearnedFacts
{
    public const int Persons = 12;
    public const int Attributes = 4;
    public const int Width = 32;
    private const int Values = 20;
    private const int FirstValue = Persons + Attributes;
    private const int End = FirstValue + Values;
    private const int Refusal = End + 1;
    private const int Vocabulary = Refusal + 4;
    private const int Batch = 16;
    private const int Epochs = 50;

    private static readonly ConcurrentDictionary<(Seed, int), Lazy<Learned>> s_learned = [];

    /// <summary>A template's reasons: two tokens of their own and the attribute that was asked for.</summary>
    public static IReadOnlyList<int> Reasons(TokenExample example) => [Refusal + 2, Refusal + 3, example.Prompt[1]];

    /// <summary>Other values for a fact, as many.</summary>
    public static IReadOnlyList<int> WrongAnswer(TokenExample right, RandomStream random)
    {
        int[] wrong;
        do
        {
            wrong = [.. Enumerable.Range(0, right.Answer.Count - 1).Select(_ => FirstValue + random.NextInt(Values)), End];
        }
        while (wrong.SequenceEqual(right.Answer));
        return wrong;
    }

    /// <summary>A fresh copy of the trained model with the first persons to be forgotten.</summary>
    /// <param name="seed">Fixes facts and training.</param>
    /// <param name="forgotten">How many persons.</param>
    /// <param name="retrained">Whether the model never saw them.</param>
    public static FactsModel Copy(Seed seed, int forgotten, bool retrained = false)
    {
        var learned = s_learned.GetOrAdd((seed, retrained ? forgotten : 0), key => new(() => Train(key.Item1, key.Item2))).Value;
        var model = NewModel(seed);
        using (GradMode.Disable())
        {
            foreach (var (parameter, values) in model.Parameters.Zip(learned.Weights))
            {
                values.CopyTo(parameter.Value.AsSpan<float>());
            }
        }

        model.Training = false;
        var facts = Facts(seed);
        return new(model, new LanguageUnlearningTask(
            model, [.. facts.Where(f => f.Prompt[0] < forgotten)], [.. facts.Where(f => f.Prompt[0] >= forgotten)], [[Refusal, Refusal + 1, End]]));
    }

    /// <summary>Gradients of the embedding in the first pass of training, of the facts of the first persons.</summary>
    public static FirstEpochGradients Gradients(Seed seed, int forgotten, int pass, string layer)
    {
        FirstEpochGradients gradients = new(layer);
        using var model = NewModel(seed);
        Train(model, seed, Facts(seed), pass + 1, (epoch, task, examples) =>
        {
            if (epoch != pass)
            {
                return;
            }

            foreach (var i in examples.Where(i => task.Example(ExampleSet.Retain, i).Prompt[0] < forgotten))
            {
                using var scope = new TensorScope();
                gradients.Record(model, task.Example(ExampleSet.Retain, i).Id, task.Loss(ExampleSet.Retain, [i]) / (double)examples.Length);
            }
        });
        return gradients;
    }

    private static Gpt NewModel(Seed seed) => new(
        new GptOptions { Layers = 1, Heads = 2, Width = Width, Context = 10, Vocabulary = Vocabulary }, seed.Derive("first weights"));

    private static TokenExample[] Facts(Seed seed)
    {
        RandomStream random = new(seed.Derive("facts"));
        return
        [
            .. from person in Enumerable.Range(0, Persons)
               from attribute in Enumerable.Range(0, Attributes)
               select new TokenExample(
                   $"person {person} attribute {attribute}",
                   [person, Persons + attribute],
                   [.. Enumerable.Range(0, 1 + attribute).Select(_ => FirstValue + random.NextInt(Values)), End]),
        ];
    }

    private static Learned Train(Seed seed, int without)
    {
        using var model = NewModel(seed);
        Train(model, seed, [.. Facts(seed).Where(f => f.Prompt[0] >= without)], Epochs, null);
        return new([.. model.Parameters.Select(p => p.Value.ToArray<float>())]);
    }

    private static void Train(
        Gpt model, Seed seed, TokenExample[] facts, int epochs, Action<int, LanguageUnlearningTask, int[]>? before)
    {
        LanguageUnlearningTask task = new(model, [], facts);
        ExampleOrder order = new(facts.Length, seed.Derive("order"));
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of(model.Parameters).AssignRest(new AdamWOptions { LearningRate = 0.005, WeightDecay = 0.01 }),
            new ExecutionOptions { Threads = 1 });
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            for (var read = 0; read < facts.Length;)
            {
                using var scope = new TensorScope();
                var batch = order.Batch(Batch);
                read += batch.Length;
                before?.Invoke(epoch, task, batch);
                task.Loss(ExampleSet.Retain, batch).Backward();
                optimizer.Step();
                optimizer.ZeroGradients();
            }
        }
    }

    private sealed record Learned(float[][] Weights);
}
