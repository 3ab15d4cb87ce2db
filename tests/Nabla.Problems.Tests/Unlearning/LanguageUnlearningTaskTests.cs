using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Problems.Unlearning;

namespace Nabla.Problems.Tests.Unlearning;

/// <summary>Losses and outputs of a language model with examples against the model asked one example, one position at a time.</summary>
public sealed class LanguageUnlearningTaskTests
{
    private static readonly GptOptions _sizes = new() { Layers = 1, Heads = 2, Width = 8, Context = 8, Vocabulary = 11 };

    private static readonly TokenExample[] _examples =
    [
        new("a", [1, 2, 3], [4, 0]), new("b", [5], [6, 7, 8, 0]), new("c", [9, 10, 1, 2], [3, 5, 7, 9, 0]),
    ];

    [Fact]
    public void EveryAnswerTokenIsScoredFromWhatComesBeforeIt()
    {
        using var scope = new TensorScope();
        using var model = new Gpt(_sizes, Seed.From(3));
        var task = new LanguageUnlearningTask(model, _examples[..2], _examples[2..]);
        var scored = task.Score(ExampleSet.Forget, [1, 0]);

        Assert.Equal([4, 2], scored.Lengths);
        Assert.Equal([0, 0, 0, 0, 1, 1], scored.Owners);
        Assert.Equal<long>([6, 7, 8, 0, 4, 0], scored.Targets.ToArray<long>());
        var row = 0;
        foreach (var example in new[] { _examples[1], _examples[0] })
        {
            for (var t = 0; t < example.Answer.Count; t++, row++)
            {
                long[] before = [.. example.Prompt.Concat(example.Answer.Take(t)).Select(token => (long)token)];
                var alone = model.Forward(Tensor.From<long>(before, 1, before.Length)).Select(1, before.Length - 1).ToArray<float>();
                var together = scored.Logits.Select(0, row).ToArray<float>();
                for (var i = 0; i < alone.Length; i++)
                {
                    Assert.Equal(alone[i], together[i], 5);
                }
            }
        }
    }

    [Fact]
    public void TheLossIsTheMeanOverAllAnswerTokens()
    {
        using var scope = new TensorScope();
        using var model = new Gpt(_sizes, Seed.From(4));
        var task = new LanguageUnlearningTask(model, _examples[..1], _examples[1..]);
        double One(int i) => task.Loss(ExampleSet.Retain, [i]).Item();

        // Answers of 4 and of 5 tokens: each token counts once, not each example.
        Assert.Equal(((4 * One(0)) + (5 * One(1))) / 9, task.Loss(ExampleSet.Retain, [0, 1]).Item(), 5);
    }

    [Fact]
    public void OutputsAreTheLargestLogitOfAPositionDrawn()
    {
        using var scope = new TensorScope();
        using var model = new Gpt(_sizes, Seed.From(5));
        var task = new LanguageUnlearningTask(model, _examples[..1], _examples[1..]);
        var largest = task.Score(ExampleSet.Retain, [0, 1]).Logits.Amax(1).ToArray<float>();
        var first = task.Outputs(ExampleSet.Retain, [0, 1]).ToArray<float>();
        Assert.Equal([largest[0], largest[4]], first);

        HashSet<float> seen = [];
        var random = new RandomStream(Seed.From(1));
        for (var i = 0; i < 40; i++)
        {
            seen.Add(task.Outputs(ExampleSet.Retain, [0, 1], random).ToArray<float>()[1]);
        }

        Assert.Equal(largest[4..].Order(), seen.Order());
    }

    [Theory]
    [InlineData("no prompt")]
    [InlineData("no answer")]
    [InlineData("given twice")]
    [InlineData("the model reads 8")]
    [InlineData("has token 11")]
    [InlineData("predicts no tokens")]
    public void WhatCannotBeForgottenIsSaid(string sentence)
    {
        using var model = new Gpt(_sizes, Seed.From(6));
        using var other = new Linear(Tensor.Zeros([2, 2]).Release());
        var (wrong, of) = sentence switch
        {
            "no prompt" => (new TokenExample("x", [], [1]), (Module)model),
            "no answer" => (new TokenExample("x", [1], []), model),
            "given twice" => (new TokenExample("b", [1], [1]), model),
            "the model reads 8" => (new TokenExample("x", [1, 2, 3, 4], [1, 2, 3, 4, 5, 0]), model),
            "has token 11" => (new TokenExample("x", [1], [11]), model),
            _ => (new TokenExample("x", [1], [1]), other),
        };
        var error = Assert.Throws<ArgumentException>(() => new LanguageUnlearningTask(of, [wrong], _examples[1..]));
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }
}
