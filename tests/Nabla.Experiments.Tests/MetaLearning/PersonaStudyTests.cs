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
        Batch = 16,
        Gradients = 40,
        AdaptationSteps = 20,
        SharedSize = 1.5,
        Rate = 1e-2,
        InnerRate = 0.1,
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
    public void Maml_and_the_true_base_take_part()
    {
        var plan = s_small with
        {
            Methods = [PersonaMethod.Maml, PersonaMethod.TrueBase, PersonaMethod.None],
            InnerSteps = 2,
            Gradients = 12,
            Ranks = [1],
            AdaptationSteps = 5,
        };
        var outcomes = PersonaStudy.Run(plan, new Seed(1), cancellationToken: Token);
        // One step and one query on each persona in a round; every step has its product.
        Assert.Equal((12, 6), (outcomes[0].Gradients, outcomes[0].Products));
        Assert.Equal((0, 0), (outcomes[1].Gradients, outcomes[1].Products));
        // What all personas have in common is nearer to each than what they started from.
        Assert.True(outcomes[1].StartExcess < outcomes[2].StartExcess, $"{outcomes[1]} {outcomes[2]}");
        var equal = PersonaStudy.Run(
            plan with { Methods = [PersonaMethod.TrueBase], PersonaSize = 0 }, new Seed(1), cancellationToken: Token)[0];
        Assert.Equal(0, equal.StartExcess, 12);
    }

    [Fact]
    public void The_rate_of_adaptation_is_chosen_on_another_persona()
    {
        var plan = s_small with { Methods = [PersonaMethod.StandardRetraining], Ranks = [1] };
        var chosen = PersonaStudy.Run(plan with { AdaptationRates = [1e-6, 1e-2] }, new Seed(1), cancellationToken: Token)[0];
        // A rate that moves nothing is not chosen, and the choice changes nothing else.
        Assert.Equal(PersonaStudy.Run(plan, new Seed(1), cancellationToken: Token)[0], chosen);
        Assert.Equal(1e-2, chosen.AdaptationRate);
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
        Says(
            "InnerSteps was 1; it must be 2 or above for MAML, one step and a query. Set PersonaPlan.InnerSteps.",
            s_small with { InnerSteps = 1, Methods = [PersonaMethod.Maml] });
        Says("AdaptationRates was 0; it must be rates above 0, at least one. Set PersonaPlan.AdaptationRates.", s_small with { AdaptationRates = [0] });
        Says("Ranks was ; it must be ranks of 1 or above, at least one.", s_small with { Ranks = [] });
        Says("Methods was empty; it must be at least one method.", s_small with { Methods = [] });
        var stopped = Assert.Throws<NonFiniteException>(() => PersonaStudy.Run(s_small with { Rate = 1e30 }, default, cancellationToken: Token));
        Assert.Contains("was not made", stopped.Message, StringComparison.Ordinal);
    }
}
