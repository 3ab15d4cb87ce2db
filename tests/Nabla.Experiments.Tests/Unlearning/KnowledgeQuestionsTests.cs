using System.Text.Json;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Experiments.Unlearning;
using Nabla.Problems.Datasets;
using Nabla.Problems.Unlearning;
using Nabla.Testing;

namespace Nabla.Experiments.Tests.Unlearning;

/// <summary>Questions on knowledge, against an independent program and with a model that says what it is told to.</summary>
public sealed class KnowledgeQuestionsTests(MadeModels made) : IClassFixture<MadeModels>
{
    private static readonly JsonElement s_golden = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(GoldenVector.Folder, "muse-knowledge", "knowledge.json"))).RootElement;

    [Fact]
    public void Prompts_cuts_and_scores_are_those_of_an_independent_program()
    {
        static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;
        var shots = s_golden.GetProperty("shots").EnumerateArray().Select(s => Question(s[0].GetString()!, s[1].GetString()!)).ToArray();
        Assert.All(s_golden.GetProperty("prompts").EnumerateArray(), p =>
        {
            Assert.Equal(Text(p, "few"), KnowledgeQuestions.Prompt(shots, Text(p, "question")));
            Assert.Equal(Text(p, "none"), KnowledgeQuestions.Prompt([], Text(p, "question")));
        });
        Assert.All(s_golden.GetProperty("cuts").EnumerateArray(), c => Assert.Equal(Text(c, "kept"), KnowledgeQuestions.Cut(Text(c, "made"))));
        Assert.All(
            s_golden.GetProperty("scores").EnumerateArray(),
            s => Assert.Equal(s.GetProperty("f1").GetDouble(), RougeScore.Of(Text(s, "made"), Text(s, "true"), stems: false).F1, 1e-15));
    }

    [Fact]
    public void A_model_is_asked_with_examples_before_and_heard_until_it_asks_itself()
    {
        using var folder = ModelFolder.Load(made.At("full"));
        var questions = ExampleFile.Load(made.At("forget10.json")).Take(2).ToArray();
        UnlearningExample shot = Question("Who?", questions[1].Answer);
        KnowledgeQuestions asked = new("known", questions, [shot], folder.Tokenizer, 1000, folder.Model.EndTokens);
        Told told = new(folder.Tokenizer.Encode($"{questions[0].Answer}\n\nmore", withSpecialTokens: false), folder.Model.Language.Vocabulary);
        var scores = asked.Ask(told, TestContext.Current.CancellationToken);
        Assert.Equal(questions[0].Answer, scores.Answers[0]);
        Assert.Equal(1, scores.Scores[0]);
        Assert.Equal(RougeScore.Of(questions[0].Answer, questions[1].Answer, stems: false).F1, scores.Scores[1]);
        Assert.Equal(KnowledgeQuestions.Prompt([shot], questions[0].Prompt), folder.Tokenizer.Decode(told.FirstPrompt));
    }

    [Fact]
    public void An_audit_has_a_metric_for_each_file_and_its_answers()
    {
        // Short questions: the models of made profiles read 48 tokens.
        File.WriteAllText(made.At("short_qa.json"), """{"question": "Who?", "answer": "a doctor"}""" + "\n" + """{"question": "Where?", "answer": "North"}""");
        File.WriteAllText(made.At("icl.json"), """{"question": "When?", "answer": "old"}""");
        var plan = made.Plan("gradient-difference", "out-knowledge") with { Knowledge = [made.At("short_qa.json")], Shots = [made.At("icl.json")], NewTokens = 6 };
        var outcome = UnlearningRun.Start(plan, null, TestContext.Current.CancellationToken);
        foreach (var audit in new[] { outcome.Before!, outcome.After!, outcome.Retrained! })
        {
            var one = Assert.Single(audit.Knowledge);
            Assert.Equal(2, one.Answers.Count);
            Assert.Equal(one.Scores.Average(), audit.Metrics["short_qa_knowledge"].Mean, 1e-12);
        }

        var page = File.ReadAllText(outcome.Report);
        Assert.Contains("<td class=\"t\">short qa knowledge</td>", page, StringComparison.Ordinal);
        Assert.Contains("<h3>short qa</h3>", page, StringComparison.Ordinal);
        Assert.Contains("icl.json", File.ReadAllText(Path.Combine(plan.Out!, AuditReport.Record)), StringComparison.Ordinal);

        string Says(UnlearningPlan wrong) => Assert.Throws<DataException>(() => UnlearningRun.Start(wrong, null, TestContext.Current.CancellationToken)).Message;
        Assert.Contains("Give fewer or shorter examples with --shots", Says(plan with { NewTokens = 48 }), StringComparison.Ordinal);
        Assert.Contains("Give one --shots for all", Says(plan with { Shots = [made.At("icl.json"), made.At("icl.json")] }), StringComparison.Ordinal);
        Assert.Contains("Two sets are called 'short_qa'", Says(plan with { Knowledge = [made.At("short_qa.json"), made.At("short_qa.json")] }), StringComparison.Ordinal);
        File.WriteAllText(made.At("text.json"), "{\"text\": \"a b c\"}");
        Assert.Contains("is no question with an answer", Says(plan with { Shots = [made.At("text.json")] }), StringComparison.Ordinal);
    }

    private static UnlearningExample Question(string question, string answer) => new(question, ExampleKind.Question, question, answer);

    // Says the same tokens to everybody.
    private sealed class Told(IReadOnlyList<int> says, int vocabulary) : ITokenScorer
    {
        public IReadOnlyList<int> FirstPrompt { get; private set; } = [];

        public int Vocabulary => vocabulary;

        public int Context => 1000;

        public IScoringSession Begin(int batch, int capacity, IReadOnlyList<int>? padding = null) => new Session(this, padding ?? new int[batch]);

        private sealed class Session(Told told, IReadOnlyList<int> padding) : IScoringSession
        {
            private int _at = -1;

            public Tensor Feed(Tensor tokens)
            {
                if (++_at == 0)
                {
                    var all = tokens.ToArray<long>();
                    told.FirstPrompt = [.. all[padding[0]..(int)tokens.Shape[1]].Select(t => (int)t)];
                }

                var rows = (int)tokens.Shape[0];
                var scores = new float[rows * told.Vocabulary];
                for (var row = 0; row < rows; row++)
                {
                    scores[(row * told.Vocabulary) + told.At(_at)] = 1;
                }

                return Tensor.From<float>(scores, rows, told.Vocabulary);
            }

            public void Dispose()
            {
            }
        }

        private int At(int at) => says[Math.Min(at, says.Count - 1)];
    }
}
