using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Problems.Tokens;
using Nabla.Problems.Unlearning;

namespace Nabla.Experiments.Unlearning;

/// <summary>Trains a small GPT until it knows made profiles by heart, and saves models of them as folders.</summary>
public static class ProfileTraining
{
    /// <summary>Passes over the data unless said otherwise.</summary>
    public const int DefaultEpochs = 60;

    private const int BatchSize = 32;
    private const string TokenizerFile = "tokenizer.json";

    /// <summary>The file that says how profiles and models were made.</summary>
    internal const string NoteFile = "profiles.json";

    /// <summary>Makes profiles, a model that learned all of them, and one that never saw those to forget.</summary>
    /// <param name="folder">Where to: the data as files, the models in the folders <c>full</c> and <c>retrained</c>.</param>
    /// <param name="authors">How many authors to invent; from 4 to 60.</param>
    /// <param name="percent">Which authors the second model did not see, in percent; a split of <see cref="ProfileFiles.Splits"/>.</param>
    /// <param name="epochs">Passes over the data; at least 1.</param>
    /// <param name="seed">Fixes data and models.</param>
    /// <param name="progress">Told in a sentence what goes on; null: nobody.</param>
    /// <param name="cancellation">Ends early with <see cref="OperationCanceledException"/>; the files made so far stay.</param>
    /// <returns>The mean loss of an answer token after the last pass of each model, full and retrained.</returns>
    public static (double Full, double Retrained) Make(
        string folder, int authors, int percent, int epochs, Seed seed, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        MadeProfiles profiles = MadeProfiles.Create(seed, authors);
        ProfileFiles.Save(profiles, folder);
        double full = Train(profiles, profiles.Full, Path.Combine(folder, "full"), "full", epochs, seed, progress, cancellation);
        double retrained = Train(
            profiles, profiles.Retain(percent), Path.Combine(folder, "retrained"), "retrained", epochs, seed, progress, cancellation);
        // Last: a folder with the note is whole.
        File.WriteAllText(Path.Combine(folder, NoteFile), Note(authors, percent, epochs, seed));
        return (full, retrained);
    }

    /// <summary>What a folder of profiles says of its making.</summary>
    internal static string Note(int authors, int percent, int epochs, Seed seed) => new JsonObject
    {
        ["authors"] = authors,
        ["percent"] = percent,
        ["seed"] = unchecked((long)seed.Value),
        ["epochs"] = epochs,
    }.ToJsonString();

    /// <summary>
    /// What a model learns in a pass: every answer, and the paraphrase of every second one, in turn, so that greedy decoding gives the
    /// answer and not the paraphrase.
    /// </summary>
    /// <param name="tokens">Makes tokens of examples.</param>
    /// <param name="examples">Questions of profiles.</param>
    /// <param name="pass">The pass, from 0.</param>
    public static IReadOnlyList<TokenExample> Lessons(ExampleTokens tokens, IReadOnlyList<UnlearningExample> examples, int pass)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(examples);
        return
        [
            .. examples.Select(e => tokens.With(e, e.Answer, e.Id)),
            .. examples.Where((e, i) => e.Paraphrase is not null && i % 2 == pass % 2).Select(e => tokens.With(e, e.Paraphrase!, e.Id + "#other")),
        ];
    }

    private static double Train(
        MadeProfiles profiles,
        IReadOnlyList<UnlearningExample> examples,
        string folder,
        string name,
        int epochs,
        Seed seed,
        IProgress<string>? progress,
        CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        JsonObject tokenizer = ProfileFiles.Tokenizer(profiles);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, TokenizerFile), tokenizer.ToJsonString());
        // Both models begin alike; only the data differ.
        using PretrainedModel model = PretrainedModel.Create(ProfileFiles.Configuration(tokenizer), seed.Derive("first weights"));
        ExampleTokens tokens = new(ByteLevelTokenizer.Load(folder), model.Language.Context, model.EndTokens);
        UnlearningExample[] all = [.. examples, .. profiles.OtherAuthors, .. profiles.WorldFacts];
        MethodOptions options = Catalogue.Find("adamw").CreateOptions(new Dictionary<string, string> { ["learningRate"] = "0.002", ["weightDecay"] = "0.01" });
        using Optimizer optimizer = Optimizer.Create(ParameterGroups.Of(model.Module.Parameters).AssignRest(options));
        RandomStream random = new(seed.Derive("lessons"));
        double last = double.NaN;
        model.Module.Training = true;
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            LanguageUnlearningTask task = new(model.Module, Lessons(tokens, all, epoch), []);
            int[] order = [.. Enumerable.Range(0, task.Count(ExampleSet.Forget))];
            random.Shuffle(order.AsSpan());
            double sum = 0;
            int steps = 0;
            foreach (int[] batch in order.Chunk(BatchSize))
            {
                cancellation.ThrowIfCancellationRequested();
                using TensorScope scope = new();
                optimizer.ZeroGradients();
                Tensor loss = task.Loss(ExampleSet.Forget, batch);
                double value = loss.Item();
                loss.Backward();
                optimizer.Step(new StepInputs(value));
                sum += value;
                steps++;
            }

            last = sum / steps;
            progress?.Report(FormattableString.Invariant($"{name}: pass {epoch} of {epochs}, {last:F4} nats a token"));
        }

        model.Module.Training = false;
        model.Save(folder);
        return last;
    }
}
