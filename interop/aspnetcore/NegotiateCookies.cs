namespace Hubwire.Conformance;

/// <summary>Sets two cookies that live and one that is already over on every negotiate answer.</summary>
public sealed class NegotiateCookies(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.Value!.EndsWith("/negotiate", StringComparison.Ordinal))
        {
            var cookies = context.Response.Cookies;
            cookies.Append("testCookie", "testValue");
            cookies.Append("testCookie2", "testValue2");
            cookies.Append("expiredCookie", "over", new CookieOptions { Expires = DateTimeOffset.UtcNow.AddHours(-1) });
        }
        return next(context);
    }
}
