using System.Globalization;
using System.Text;

namespace Nabla.OperatorGenerator;

/// <summary>The C# method of one operator.</summary>
internal sealed class OperatorMethod
{
    private readonly OperatorSchema _schema;
    private readonly List<Parameter> _parameters = [];
    private readonly List<string> _calls = [];
    private readonly bool _singleDimension;

    private OperatorMethod(OperatorSchema schema, bool singleDimension)
    {
        _schema = schema;
        _singleDimension = singleDimension;
        Name = CSharpNames.Pascal(schema.Name);
        IsInstance = schema.Arguments.Count > 0
            && schema.Arguments[0] is { Name: "self", Type.Kind: "Tensor" }
            && !CSharpNames.IsTensorMember(Name);
        IsInPlace = schema.Name.EndsWith('_') && schema.Results is [{ Type: { Kind: "Tensor", IsWritten: true } }];
        for (var i = 0; i < schema.Arguments.Count; i++)
        {
            Translate(schema.Arguments[i], isReceiver: i == 0 && IsInstance);
        }

        // C# wants optional parameters last: a default before a required one is given up.
        var lastRequired = _parameters.FindLastIndex(p => p.Default is null);
        for (var i = 0; i < lastRequired; i++)
        {
            _parameters[i] = _parameters[i] with { Default = null };
        }

        if (_parameters.Count > 0 && _parameters[^1] is { Type: "ReadOnlySpan<long>", Default: null } last)
        {
            _parameters[^1] = last with { Type = "params ReadOnlySpan<long>" };
        }
    }

    /// <summary>The method's name.</summary>
    public string Name { get; }

    /// <summary>Whether it is a member of Tensor; else it is a static one of Ops.</summary>
    public bool IsInstance { get; }

    /// <summary>Whether it writes to its first argument and returns it.</summary>
    public bool IsInPlace { get; }

    /// <summary>Set where a literal 0 could also be read as a DType of another overload.</summary>
    public bool HasPriority { get; set; }

    /// <summary>Type of the first parameter, or null.</summary>
    public string? FirstType => _parameters.Count == 0 ? null : _parameters[0].Type;

    /// <summary>What C# tells overloads apart by.</summary>
    public string Signature =>
        $"{(IsInstance ? "Tensor" : "Ops")}.{Name}({string.Join(", ", _parameters.Select(p => p.SignatureType))})";

    /// <summary>
    /// The methods of an operator: one, or two where it takes a list that may also be one number
    /// (<c>int[1] dim</c>).
    /// </summary>
    /// <exception cref="NotSupportedException">An argument or a result has a type that has no C# form here.</exception>
    public static IEnumerable<OperatorMethod> Of(OperatorSchema schema)
    {
        yield return new OperatorMethod(schema, singleDimension: false);
        if (schema.Arguments.Any(IsDimensionList))
        {
            yield return new OperatorMethod(schema, singleDimension: true) { HasPriority = true };
        }
    }

    /// <summary>The method's text, indented by four spaces.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        var (type, ending) = Result();
        text.Append("    /// <summary><c>").Append(Escape(_schema.Text)).Append("</c></summary>\n");
        if (HasPriority)
        {
            text.Append("    [System.Runtime.CompilerServices.OverloadResolutionPriority(1)]\n");
        }

        text.Append(IsInstance ? "    public " : "    public static ").Append(type).Append(' ').Append(Name).Append('(')
            .AppendJoin(", ", _parameters.Select(p => p.Default is null ? $"{p.Type} {p.Name}" : $"{p.Type} {p.Name} = {p.Default}"))
            .Append(")\n    {\n        var call = new OperatorCall(OperatorHandles.").Append(CSharpNames.Field(_schema))
            .Append(", stackalloc NativeArgument[").Append(Math.Max(1, _schema.Arguments.Count)).Append("]);\n");
        foreach (var call in _calls)
        {
            text.Append("        call.").Append(call).Append(";\n");
        }

        return text.Append("        ").Append(ending).Append(";\n    }\n").ToString();
    }

    private static bool IsDimensionList(SchemaArgument argument) =>
        argument is { Name: "dim", Type: { Base: "int", IsList: true, Size: 1 } };

    private void Translate(SchemaArgument argument, bool isReceiver)
    {
        var name = CSharpNames.Camel(argument.Name);
        if (isReceiver)
        {
            _calls.Add("Tensor(this)");
            return;
        }

        if (_singleDimension && IsDimensionList(argument))
        {
            Add("long", name, null, $"Integers([{name}])");
            return;
        }

        var written = argument.Default;
        switch (argument.Type.Kind)
        {
            // Layout, pinned memory and memory format stay what libtorch chooses.
            case "Layout?" or "MemoryFormat?":
            case "bool?" when argument.Name == "pin_memory":
                _calls.Add("None()");
                break;
            case "MemoryFormat" when written == "0" || written == "contiguous_format":
                _calls.Add("Integer(0)");
                break;
            case "Tensor":
                Add("Tensor", name, null, $"Tensor({name})");
                break;
            case "Tensor?":
                Add("Tensor?", name, NullDefault(), $"OptionalTensor({name})");
                break;
            case "Tensor[]":
                Add("ReadOnlySpan<Tensor>", name, null, $"Tensors({name})");
                break;
            case "Tensor?[]":
                Add("ReadOnlySpan<Tensor?>", name, null, $"OptionalTensors({name})");
                break;
            case "int":
                Add("long", name, written, $"Integer({name})");
                break;
            case "int?":
                Add("long?", name, written == "None" ? "null" : written, $"OptionalInteger({name})");
                break;
            case "float":
                Add("double", name, written is null ? null : Double(written), $"Double({name})");
                break;
            case "float?":
                Add("double?", name, written is null or "None" ? NullDefault() : Double(written), $"OptionalDouble({name})");
                break;
            case "bool":
                Add("bool", name, Bool(written), $"Bool({name})");
                break;
            case "bool?":
                Add("bool?", name, written == "None" ? "null" : Bool(written), $"OptionalBool({name})");
                break;
            case "int[]" when written is null:
            case "int[]?" when written is null:
                Add("ReadOnlySpan<long>", name, null, $"Integers({name})");
                break;
            case "int[]":
                var items = List(argument.Type, written!);
                Add("long[]?", name, "null", items == "[]"
                    ? $"Integers({name})"
                    : $"Integers({name} is null ? (ReadOnlySpan<long>){items} : {name})");
                break;
            case "int[]?" when written == "None":
                Add("long[]?", name, "null", $"OptionalIntegers({name})");
                break;
            case "float[]" when written is null:
                Add("ReadOnlySpan<double>", name, null, $"Doubles({name})");
                break;
            case "float[]?":
                Add("double[]?", name, NullDefault(), $"OptionalDoubles({name})");
                break;
            case "bool[]" when written is null:
                Add("ReadOnlySpan<bool>", name, null, $"Bools({name})");
                break;
            case "Scalar" when written is null:
                Add("Scalar", name, null, $"Scalar({name})");
                break;
            case "Scalar":
                Add("Scalar?", name, "null", $"Scalar({name} ?? {ScalarText(written!)})");
                break;
            case "Scalar?" when written is null or "None":
                Add("Scalar?", name, NullDefault(), $"OptionalScalar({name})");
                break;
            case "ScalarType" when written is null:
                Add("DType", name, null, $"DType({name})");
                break;
            case "ScalarType?" when written is null or "None":
                Add("DType?", name, NullDefault(), $"OptionalDType({name})");
                break;
            // libtorch numbers its data types; 4 is the one of indices.
            case "ScalarType?" when written == "4":
                Add("DType?", name, "null", $"DType({name} ?? DType.Int64)");
                break;
            case "Device" when written is null:
                Add("Device", name, null, $"OptionalDevice({name})");
                break;
            case "Device?" when written is null or "None":
                Add("Device?", name, NullDefault(), $"OptionalDevice({name})");
                break;
            case "str":
                Add("string", name, written, $"Text({name})");
                break;
            case "str?" when written is null or "None":
                Add("string?", name, NullDefault(), $"OptionalText({name})");
                break;
            case "Generator?":
                Add("TorchGenerator?", name, NullDefault(), $"OptionalGenerator({name})");
                break;
            default:
                throw new NotSupportedException(
                    $"Argument '{argument.Name}' of {_schema.FullName} has the type {argument.Type.Kind}"
                    + (written is null ? string.Empty : $" and the default {written}")
                    + ", which has no C# form: remove the operator from operators.txt or teach OperatorMethod the type.");
        }

        string? NullDefault() => written is null ? null : "null";
    }

    private void Add(string type, string name, string? defaultText, string call)
    {
        _parameters.Add(new Parameter(type, name, defaultText));
        _calls.Add(call);
    }

    private (string Type, string Ending) Result()
    {
        if (IsInPlace)
        {
            return ("Tensor", $"return call.ReturnSelf({(IsInstance ? "this" : _parameters[0].Name)})");
        }

        var kinds = _schema.Results.Select(r => r.Type.Kind).ToArray();
        switch (kinds)
        {
            case []:
                return ("void", "call.ReturnVoid()");
            case ["Tensor"]:
                return ("Tensor", "return call.ReturnTensor()");
            case ["Tensor[]"]:
                return ("Tensor[]", "return call.ReturnTensorList()");
            case ["int"]:
                return ("long", "return call.ReturnInteger()");
            case ["float"]:
                return ("double", "return call.ReturnDouble()");
            case ["bool"]:
                return ("bool", "return call.ReturnBool()");
            case ["Scalar"]:
                return ("Scalar", "return call.ReturnScalar()");
        }

        if (kinds.Length is >= 2 and <= 5 && kinds.All(k => k == "Tensor"))
        {
            var items = _schema.Results.Select(r => r.Name.Length == 0 ? "Tensor" : $"Tensor {CSharpNames.Pascal(r.Name)}");
            return ($"({string.Join(", ", items)})", $"return call.ReturnTensor{kinds.Length}()");
        }

        throw new NotSupportedException(
            $"{_schema.FullName} returns ({string.Join(", ", kinds)}), which has no C# form: remove it from operators.txt.");
    }

    private static string? Bool(string? text) => text switch
    {
        null => null,
        "True" => "true",
        "False" => "false",
        _ => throw new NotSupportedException($"'{text}' is no Boolean default."),
    };

    private static string Double(string text)
    {
        if (text is "inf" or "-inf")
        {
            return text == "inf" ? "double.PositiveInfinity" : "double.NegativeInfinity";
        }

        // The shortest text that reads back as the same number: libtorch prints 1e-05 with seventeen digits.
        var number = double.Parse(text, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);
        return number.Contains('.', StringComparison.Ordinal) || number.Contains('E', StringComparison.Ordinal)
            ? number
            : number + ".0";
    }

    private static string ScalarText(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? text + "L" : Double(text);

    private static string List(SchemaType type, string text) =>
        text.StartsWith('[') ? text : $"[{string.Join(", ", Enumerable.Repeat(text, type.Size ?? 1))}]";

    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    private sealed record Parameter(string Type, string Name, string? Default)
    {
        // Null marks on classes and 'params' do not tell overloads apart; those on value types do.
        public string SignatureType => Type switch
        {
            "Tensor?" or "string?" or "TorchGenerator?" or "long[]?" or "double[]?" => Type[..^1],
            "ReadOnlySpan<Tensor?>" => "ReadOnlySpan<Tensor>",
            "params ReadOnlySpan<long>" => "ReadOnlySpan<long>",
            _ => Type,
        };
    }
}
