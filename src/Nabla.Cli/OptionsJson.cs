using System.Text.Json.Nodes;
using Nabla.Core;

namespace Nabla.Cli;

/// <summary>A method's options as JSON, all of them, under the names that the command line takes.</summary>
internal static class OptionsJson
{
    /// <summary>Makes the object.</summary>
    /// <param name="options">The options.</param>
    /// <param name="method">The method they belong to.</param>
    /// <returns>Values by camelCase name.</returns>
    public static JsonObject Of(MethodOptions options, string method)
    {
        JsonObject document = [];
        foreach ((string name, object value) in Catalogue.Find(method).ValuesOf(options))
        {
            document[name] = JsonDocumentWriter.Value(value);
        }

        return document;
    }
}
