namespace Nabla.Cli.Tests;

public sealed class MethodSyntaxTests
{
    [Theory]
    [InlineData("adamw", "adamw")]
    [InlineData("a, b ,c", "a|b|c")]
    [InlineData("gala(sgd),sgd", "gala(sgd)|sgd")]
    [InlineData("chain(a,b),wrap(chain(c,d))", "chain(a,b)|wrap(chain(c,d))")]
    public void A_list_splits_at_the_outer_commas(string text, string expected) =>
        Assert.Equal(expected.Split('|'), MethodSyntax.SplitList(text));

    [Theory]
    [InlineData("")]
    [InlineData("a,,b")]
    [InlineData("a,a")]
    [InlineData("a(b")]
    [InlineData("a)b(")]
    public void A_wrong_list_is_refused(string text) => Assert.Throws<UsageException>(() => MethodSyntax.SplitList(text));

    [Fact]
    public void Settings_go_to_the_method_that_prefixes_them_and_else_to_all()
    {
        IReadOnlyDictionary<string, string> settings = MethodSyntax.ReadSettings(
            ["learningRate=0.1", "sgd.momentum=0.9", "gala(sgd).inner.momentum=0.5", "sgd.learningRate=0.2"]);
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> shared =
            MethodSyntax.ShareOut(["sgd", "gala(sgd)"], settings);
        Assert.Equal(new Dictionary<string, string> { ["learningRate"] = "0.2", ["momentum"] = "0.9" }, shared["sgd"]);
        Assert.Equal(
            new Dictionary<string, string> { ["learningRate"] = "0.1", ["inner.momentum"] = "0.5" }, shared["gala(sgd)"]);
    }

    [Theory]
    [InlineData("learningRate")]
    [InlineData("=1")]
    [InlineData("a=")]
    public void A_setting_without_name_or_value_is_refused(string setting) =>
        Assert.Throws<UsageException>(() => MethodSyntax.ReadSettings([setting]));

    [Fact]
    public void A_setting_given_twice_is_refused() =>
        Assert.Throws<UsageException>(() => MethodSyntax.ReadSettings(["a=1", "a=2"]));
}
