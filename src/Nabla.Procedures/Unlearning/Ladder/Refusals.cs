using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Answers of the kind "I do not know" in the place of answers to forget.</summary>
internal static class Refusals
{
    /// <summary>Requires that there are any.</summary>
    public static void Require(ILanguageUnlearningTask task, string method)
    {
        if (task.Refusals.Count == 0)
        {
            throw new ArgumentException(
                $"'{method}' answers with refusals and was given none. Give texts such as \"I do not know\", or choose another method.",
                nameof(task));
        }
    }

    /// <summary>The prompt of an example to forget with a refusal drawn at random.</summary>
    public static TokenExample Draw(ILanguageUnlearningTask task, int example, RandomStream random) =>
        task.Example(ExampleSet.Forget, example) with { Answer = task.Refusals[random.NextInt(task.Refusals.Count)] };
}
