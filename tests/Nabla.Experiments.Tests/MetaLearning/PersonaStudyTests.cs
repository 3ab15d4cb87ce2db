using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Experiments.Tests.MetaLearning;

public sealed class PersonaStudyTests
{
    private static readonly PersonaPlan s_small = new()
    {
        Personas = 2,
        Unseen = 1,
        Samples = 60,
        UnseenSamples = 30,
        HeldOut = 60,
        Layers = 1,
        Width = 16,
        Vocabulary = 12,
        Length = 8,
        Gradients = 40,
        AdaptationSteps = 20,
        Rate = 1e-2,
        AdaptationRates = [1e-2],
        Ranks = [1, 2],
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_method_takes_as_many_gradients_and_adaptation_helps()
    {
        var outcomes = PersonaStudy.Run(s_small, new Seed(1), cancellationToken: Token);
        Assert.Equal(
            [
                (PersonaMethod.StandardRetraining, 1), (PersonaMethod.StandardRetraining, 2), (PersonaMethod.Reptile, 1), (PersonaMethod.Reptile, 2),
                (PersonaMethod.Fomaml, 1), (PersonaMethod.Fomaml, 2), (PersonaMethod.MetaLora, 1), (PersonaMethod.MetaLora, 2),
            ],
            outcomes.Select(o => (o.Method, o.Rank)));
        Assert.All(outcomes, o => Assert.Equal(40, o.Gradients));
        Assert.All(outcomes, o => Assert.True(o.Excess < o.StartExcess, $"{o}"));
        Assert.All(outcomes, o => Assert.InRange(o.BestExcess, 0, o.Excess));
        // Retraining helps too: an untrained base lacks what the personas share.
        var untrained = PersonaStudy.Run(s_small with { Methods = [PersonaMethod.None], Ranks = [1] }, new Seed(1), cancellationToken: Token)[0];
        Assert.Equal(0, untrained.Gradients);
        Assert.True(untrained.StartExcess > outcomes.Max(o => o.StartExcess));
        var again = PersonaStudy.Run(s_small with { Methods = [PersonaMethod.MetaLora], Ranks = [2] }, new Seed(1), cancellationToken: Token)[0];
        Assert.Equal(outcomes[^1], again);
    }

    [Fact]
    public void Without_changes_the_start_is_the_teacher()
    {
        var outcome = PersonaStudy.Run(
            s_small with { Methods = [PersonaMethod.None], Ranks = [1], PersonaSize = 0, SharedSize = 0 }, new Seed(1), cancellationToken: Token)[0];
        Assert.Equal(0, outcome.StartExcess, 12);
    }

    [Fact]
    public void Wrong_plans_are_refused_with_a_sentence()
    {
        void Says(string sentence, PersonaPlan plan)
        {
            var error = Assert.Throws<ArgumentException>(() => PersonaStudy.Run(plan, default, cancellationToken: Token));
            Assert.StartsWith(sentence, error.Message, StringComparison.Ordinal);
        }

        Says("Personas was 0; it must be 1 or above. Set PersonaPlan.Personas.", s_small with { Personas = 0 });
        Says(
            "Gradients was 41; it must be a multiple of personas times inner steps, 10, so that all take as many. Set PersonaPlan.Gradients.",
            s_small with { Gradients = 41 });
        Says("Ranks was ; it must be ranks of 1 or above, at least one.", s_small with { Ranks = [] });
        Says("Methods was empty; it must be at least one method.", s_small with { Methods = [] });
        var stopped = Assert.Throws<NonFiniteException>(() => PersonaStudy.Run(s_small with { Rate = 1e30 }, default, cancellationToken: Token));
        Assert.Contains("was not made", stopped.Message, StringComparison.Ordinal);
    }
}
