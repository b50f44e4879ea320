using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hubwire.Conformance;

/// <summary>
/// Issues and reads the HS256 web tokens of this server. The key lives as long as the process, so a token of another run is refused.
/// </summary>
public sealed class BearerTokens
{
    private static readonly string Header = Encode(Encoding.UTF8.GetBytes("""{"alg":"HS256","typ":"JWT"}"""));
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    public string Issue(string user, TimeSpan life, string? role)
    {
        var claims = new Dictionary<string, object>
        {
            ["sub"] = user,
            ["exp"] = DateTimeOffset.UtcNow.Add(life).ToUnixTimeMilliseconds() / 1000.0,
        };
        if (role is not null) claims["role"] = role;
        var signed = $"{Header}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Sign(signed)}";
    }

    /// <summary>The claims of a valid token, or null for one that is forged, damaged or expired.</summary>
    public JsonElement? Read(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || parts[0] != Header) return null;
        var expected = Encoding.ASCII.GetBytes(Sign($"{parts[0]}.{parts[1]}"));
        if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(parts[2]))) return null;
        var claims = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[1]));
        var expiry = claims.GetProperty("exp").GetDouble();
        return expiry > DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0 ? claims : null;
    }

    private string Sign(string text) => Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)));

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
