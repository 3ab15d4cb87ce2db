using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Tests.Unlearning;

/// <summary>Writes down whether the model was training at each reading of an answer.</summary>
internal sealed class WatchedTask(ILanguageUnlearningTask task) : ILanguageUnlearningTask
{
    public List<bool> Seen { get; } = [];

    public Module Model => task.Model;

    public ICausalModel Causal => task.Causal;

    public int Classes => task.Classes;

    public IReadOnlyList<IReadOnlyList<int>> Refusals => task.Refusals;

    public int Count(ExampleSet set) => task.Count(set);

    public TokenExample Example(ExampleSet set, int example) => task.Example(set, example);

    public IReadOnlyList<int> Answer(ExampleSet set, int example) => task.Answer(set, example);

    public Tensor Loss(ExampleSet set, IReadOnlyList<int> examples) => Watch(task.Loss(set, examples));

    public Tensor Outputs(ExampleSet set, IReadOnlyList<int> examples, RandomStream? random = null) =>
        Watch(task.Outputs(set, examples, random));

    public ScoredAnswers Score(ExampleSet set, IReadOnlyList<int> examples) => Watch(task.Score(set, examples));

    public ScoredAnswers Score(IReadOnlyList<TokenExample> examples) => Watch(task.Score(examples));

    public Tensor States(IReadOnlyList<TokenExample> examples, int layer) => Watch(task.States(examples, layer));

    private TResult Watch<TResult>(TResult result)
    {
        Seen.Add(task.Model.Training);
        return result;
    }
}
