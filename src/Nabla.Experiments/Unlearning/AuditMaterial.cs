using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;
using Nabla.Problems.Unlearning;

namespace Nabla.Experiments.Unlearning;

/// <summary>The data of a request, checked and ready: examples as tokens, and the sets that models are judged by.</summary>
internal sealed class AuditMaterial
{
    private static readonly string[] _withOptions = ["real_authors", "world_facts"];

    private readonly ModelJudge _judge;
    private readonly Seed _seed;
    private readonly KnowledgeQuestions[] _knowledge;

    /// <summary>Reads the files of a plan.</summary>
    /// <exception cref="DataException">A file is wrong, or an example does not fit the model.</exception>
    public AuditMaterial(UnlearningPlan plan, ModelFolder folder)
    {
        _seed = Seed.From(plan.Seed);
        Request = ForgetRequest.Load(plan.Forget, plan.Retain, plan.RetainExamples);
        Tokens = new ExampleTokens(folder.Tokenizer, folder.Model.Language.Context, folder.Model.EndTokens, plan.Template);
        Refusals = plan.Refusals is { } file ? ExampleFile.LoadPhrases(file) : MadeProfiles.Refusals;
        _judge = new ModelJudge(Tokens, folder.Tokenizer, folder.Model.EndTokens, plan.NewTokens);
        List<AuditSet> sets = [new(ModelAudit.Forget, Sample(Request.Forget, plan.AuditExamples, ModelAudit.Forget))];
        if (Request.Retain.Count > 0)
        {
            sets.Add(new(ModelAudit.Retain, Sample(Request.Retain, plan.AuditExamples, ModelAudit.Retain)));
        }

        List<string> files = [.. Request.Files];
        foreach (string path in plan.Utility)
        {
            string name = NameOf(path);
            if (sets.Exists(s => s.Name == name))
            {
                throw new DataException($"Two sets are called '{name}'; the names of files name the metrics. Rename '{path}'.");
            }

            sets.Add(new(name, Sample(ExampleFile.Load(path), plan.AuditExamples, name), _withOptions.Any(o => name.StartsWith(o, StringComparison.Ordinal))));
            files.Add(path);
        }

        if (plan.Unseen is { } unseen)
        {
            IReadOnlyList<UnlearningExample> examples = ExampleFile.Load(unseen);
            HashSet<(string, string)> known = [.. Request.Forget.Concat(Request.Retain).Select(e => (e.Prompt, e.Answer))];
            if (examples.FirstOrDefault(e => known.Contains((e.Prompt, e.Answer))) is { } both)
            {
                throw new DataException($"'{unseen}' holds '{both.Id}', which the request names as well. Unseen examples are such that no model was trained on.");
            }

            sets.Add(new(ModelAudit.Unseen, Sample(examples, plan.AuditExamples, ModelAudit.Unseen)));
            files.Add(unseen);
        }

        _knowledge = [.. Knowledge(plan, folder, sets)];
        files.AddRange(plan.Knowledge.Concat(plan.Shots));
        if (plan.Refusals is { } phrases)
        {
            files.Add(phrases);
        }

        (Sets, Files) = (sets, files);
        ForgetTokens = Tokens.All(Request.Forget);
        RetainTokens = Tokens.All(Request.Retain);
        RefusalTokens = [.. Refusals.Select(Tokens.Ended)];
        NotMeasured = [.. Missing(plan)];
    }

    public ForgetRequest Request { get; }

    public ExampleTokens Tokens { get; }

    public IReadOnlyList<string> Refusals { get; }

    public IReadOnlyList<AuditSet> Sets { get; }

    public IReadOnlyList<string> Files { get; }

    public IReadOnlyList<TokenExample> ForgetTokens { get; }

    public IReadOnlyList<TokenExample> RetainTokens { get; }

    public IReadOnlyList<IReadOnlyList<int>> RefusalTokens { get; }

    public IReadOnlyList<string> NotMeasured { get; }

    /// <summary>Puts a model and the examples together; methods change the model in place.</summary>
    public LanguageUnlearningTask Task(PretrainedModel model) => new(
        model.Module, ForgetTokens, RetainTokens, RefusalTokens, seed => PretrainedModel.Create(model.Configuration, seed).Module);

    /// <summary>Judges a model by all sets.</summary>
    public ModelAudit Judge(ISequenceScorer scorer, Module? module, ModelAudit? retrained, CancellationToken cancellation)
    {
        List<SetScores> scores = [];
        foreach (AuditSet set in Sets)
        {
            bool attacks = set.Name is ModelAudit.Forget or ModelAudit.Unseen && Sets.Any(s => s.Name == ModelAudit.Unseen);
            scores.Add(_judge.Judge(scorer, set, attacks ? module : null, attacks, cancellation));
        }

        return ModelAudit.Of(scores, retrained, _seed.Derive("audit")).With([.. _knowledge.Select(k => k.Ask(scorer, cancellation))], _seed.Derive("audit"));
    }

    private IEnumerable<KnowledgeQuestions> Knowledge(UnlearningPlan plan, ModelFolder folder, List<AuditSet> sets)
    {
        if (plan.Shots.Count > 1 && plan.Shots.Count != plan.Knowledge.Count)
        {
            throw new DataException($"There are {plan.Shots.Count} files of examples and {plan.Knowledge.Count} of questions. Give one --shots for all, or one for each --knowledge.");
        }

        HashSet<string> names = [.. sets.Select(s => s.Name)];
        for (int i = 0; i < plan.Knowledge.Count; i++)
        {
            string path = plan.Knowledge[i], name = NameOf(path);
            if (!names.Add(name))
            {
                throw new DataException($"Two sets are called '{name}'; the names of files name the metrics. Rename '{path}'.");
            }

            IReadOnlyList<UnlearningExample> shots = plan.Shots.Count == 0 ? [] : ExampleFile.Load(plan.Shots[plan.Shots.Count == 1 ? 0 : i]);
            yield return new KnowledgeQuestions(
                name, Sample(ExampleFile.Load(path), plan.AuditExamples, name), shots, folder.Tokenizer, folder.Model.Language.Context, folder.Model.EndTokens,
                Math.Min(plan.NewTokens, KnowledgeQuestions.DefaultNewTokens));
        }
    }

    private static string NameOf(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        const string suffix = "_perturbed";
        name = name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
        string plain = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return plain is "" or ModelAudit.Forget or ModelAudit.Retain or ModelAudit.Unseen ? $"file_{plain}" : plain;
    }

    private UnlearningExample[] Sample(IReadOnlyList<UnlearningExample> examples, int most, string name)
    {
        if (examples.Count <= most)
        {
            return [.. examples];
        }

        int[] order = [.. Enumerable.Range(0, examples.Count)];
        new RandomStream(_seed.Derive("sample " + name)).Shuffle(order.AsSpan());
        return [.. order.Take(most).Order().Select(i => examples[i])];
    }

    private IEnumerable<string> Missing(UnlearningPlan plan)
    {
        foreach (AuditSet set in Sets.Where(s => s.Name != ModelAudit.Unseen && !s.HasWrongAnswers))
        {
            yield return $"The truth ratio of '{set.Name}': its examples have no wrong answers ('perturbed_answer').";
        }

        if (plan.Retrained is null)
        {
            yield return "Forget quality, and the reference attack: they need a model that never saw the examples (--retrained).";
        }

        if (plan.Unseen is null)
        {
            yield return "Membership attacks and the privacy leak: they need examples that no model was trained on (--unseen).";
        }

        foreach (AuditSet set in Sets.Where(s => s.Examples.Any(e => e.Kind == ExampleKind.Document)))
        {
            yield return $"Answers to '{set.Name}': documents have no prompt to answer.";
        }

        if (Request.Forget.Count > Sets[0].Examples.Count || Request.Retain.Count > plan.AuditExamples)
        {
            yield return FormattableString.Invariant($"Examples beyond {plan.AuditExamples} of a set (--audit-examples): the audit drew its sample by the seed.");
        }

        yield return "Whether what was forgotten comes back: after further training, after quantization, or when asked in other words or by an attacker.";
        yield return "Copies elsewhere: other checkpoints, adapters, caches, logs and the training data themselves.";
    }
}
