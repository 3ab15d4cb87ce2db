namespace Nabla.Core;

/// <summary>An expression over names: a scalar's formula as written beside the code, or a traced equation.</summary>
internal abstract record Formula
{
    /// <summary>A number.</summary>
    public sealed record Number(double Value) : Formula;

    /// <summary>An option, a scalar, a reduction, <c>t</c>, <c>loss</c>, or a quantity of the equations.</summary>
    public sealed record Name(string Text) : Formula;

    /// <summary>The opposite.</summary>
    public sealed record Negative(Formula Value) : Formula;

    /// <summary>Two operands and one of <c>+ - * / ^ == != &lt; &gt; &lt;= &gt;= &amp;&amp; ||</c>.</summary>
    public sealed record Binary(string Operator, Formula Left, Formula Right) : Formula;

    /// <summary>A function of <c>sqrt abs sign exp log pow min max floor</c>, or <c>product(i, first, last, factor)</c>.</summary>
    public sealed record Call(string Function, EquatableList Arguments) : Formula
    {
        public Call(string function, params Formula[] arguments)
            : this(function, new EquatableList(arguments))
        {
        }
    }

    /// <summary>One of two values.</summary>
    public sealed record Choice(Formula Condition, Formula Yes, Formula No) : Formula;

    /// <summary>A list that equals another with equal members, so that formulas compare by what they say.</summary>
    public sealed class EquatableList(IReadOnlyList<Formula> items) : IEquatable<EquatableList>
    {
        public IReadOnlyList<Formula> Items { get; } = items;

        public bool Equals(EquatableList? other) => other is not null && Items.SequenceEqual(other.Items);

        public override bool Equals(object? obj) => Equals(obj as EquatableList);

        public override int GetHashCode() => Items.Aggregate(17, HashCode.Combine);
    }

    /// <summary>Replaces parts from the leaves up.</summary>
    public Formula Map(Func<Formula, Formula> change) => change(this switch
    {
        Negative(var value) => new Negative(value.Map(change)),
        Binary(var sign, var left, var right) => new Binary(sign, left.Map(change), right.Map(change)),
        Call(var function, var arguments) => new Call(function, [.. arguments.Items.Select(a => a.Map(change))]),
        Choice(var condition, var yes, var no) => new Choice(condition.Map(change), yes.Map(change), no.Map(change)),
        _ => this,
    });

    /// <summary>Every name in it.</summary>
    public IEnumerable<string> Names() => this switch
    {
        Name(var text) => [text],
        Negative(var value) => value.Names(),
        Binary(_, var left, var right) => left.Names().Concat(right.Names()),
        Call("product", var parts) when parts.Items[0] is Name(var index) =>
            parts.Items.Skip(1).SelectMany(a => a.Names()).Where(name => name != index),
        Call(_, var arguments) => arguments.Items.SelectMany(a => a.Names()),
        Choice(var condition, var yes, var no) => condition.Names().Concat(yes.Names()).Concat(no.Names()),
        _ => [],
    };

    /// <summary>Whether any part satisfies a condition.</summary>
    public bool Has(Predicate<Formula> condition)
    {
        var found = false;
        Map(part =>
        {
            found |= condition(part);
            return part;
        });
        return found;
    }

    /// <summary>How many numbers, names and operations it has.</summary>
    public int Size() => this switch
    {
        Negative(var value) => 1 + value.Size(),
        Binary(_, var left, var right) => 1 + left.Size() + right.Size(),
        Call(_, var arguments) => 1 + arguments.Items.Sum(a => a.Size()),
        Choice(var condition, var yes, var no) => 1 + condition.Size() + yes.Size() + no.Size(),
        _ => 1,
    };
}
