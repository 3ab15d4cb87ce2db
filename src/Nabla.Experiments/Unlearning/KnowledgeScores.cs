using Nabla.Problems.Unlearning;

namespace Nabla.Experiments.Unlearning;

/// <summary>What a model knows of questions that were asked with examples before them.</summary>
/// <param name="Name">What the questions are called in metrics.</param>
/// <param name="Questions">The questions.</param>
/// <param name="Answers">What the model answered, question by question.</param>
/// <param name="Scores">The F1 of ROUGE-L of each answer, from 0 to 1.</param>
public sealed record KnowledgeScores(
    string Name, IReadOnlyList<UnlearningExample> Questions, IReadOnlyList<string> Answers, IReadOnlyList<double> Scores);
