/// How a page looks: its style sheet. Nothing is fetched; fonts are those of the reader's system.
///
/// Colours are those of Okabe and Ito, which colour-blind people can tell apart, darker for text and lighter on a dark
/// page. `c1` to `c6` stand for series, `c7` for what is neither; `h1` to `h6` are shades of one colour.
enum Theme {
  static let css: StaticString = """
    :root{color-scheme:light dark;--page:#fcfcfb;--ink:#17191c;--quiet:#59616b;--rule:#e4e6e9;--grid:#eceef0;--wash:#f3f4f5;
    --b:#0072b2;--v:#d55e00;--g:#009e73;--p:#cc79a7;--o:#e69f00;--s:#56b4e9;--n:#9aa1a9;
    --bt:#005f96;--vt:#a84a00;--gt:#00704f;--pt:#98467a;--ot:#835b00;--st:#1d6c9c;--nt:#59616b}
    @media (prefers-color-scheme:dark){:root{--page:#131518;--ink:#e9ebee;--quiet:#9ba4af;--rule:#2a2e33;--grid:#23272b;
    --wash:#1c1f23;--b:#4a9fd8;--v:#f08746;--g:#2fbf92;--p:#dc93bd;--o:#e9b23f;--s:#9ad7fb;--n:#7d8691;
    --bt:#7cbdea;--vt:#f7a572;--gt:#5bd3ad;--pt:#e8b1d1;--ot:#efc56d;--st:#b5e2fc;--nt:#9ba4af}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 Inter,ui-sans-serif,system-ui,-apple-system,
    "Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums lining-nums;overflow-wrap:anywhere}
    main,header,footer{max-width:1240px;margin:0 auto;padding:0 40px}
    header{padding-top:72px;padding-bottom:40px}
    .eyebrow{margin:0 0 18px;color:var(--quiet);font-size:13px;letter-spacing:.01em}
    h1{margin:0;max-width:34ch;font-size:38px;line-height:1.16;font-weight:640;letter-spacing:-.022em;text-wrap:balance}
    .lede{margin:20px 0 0;max-width:64ch;color:var(--quiet);font-size:17px;line-height:1.55}
    main{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:64px 56px;padding-top:8px;padding-bottom:72px}
    figure{margin:0;min-width:0;padding-top:20px;border-top:1px solid var(--rule);position:relative}
    figure.wide{grid-column:1/-1}
    h2{margin:0;font-size:17px;line-height:1.35;font-weight:620;letter-spacing:-.006em}
    figcaption p{margin:4px 0 0;max-width:72ch;color:var(--quiet);font-size:13.5px;line-height:1.5}
    .subtitle{margin:18px 0 0;font-size:13px;font-weight:560}
    .plot{padding:22px 96px 30px 62px;position:relative}
    .plot.bare{padding-right:16px}
    .bars{padding:22px 0 0}
    .rows{padding:22px 0 0 134px}
    svg{display:block;overflow:visible}
    svg.data{overflow:hidden}
    text{font-size:12px;fill:var(--quiet)}
    .axis line{stroke:var(--grid)}
    .axis .base,.base{stroke:var(--n);stroke-opacity:.6}
    .axis .tick{stroke:var(--n);stroke-opacity:.6}
    .axis text:not([text-anchor]){text-anchor:middle}
    .line{fill:none;stroke:var(--c);stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
    .strong{stroke-width:2.25}.thin{stroke-width:1.5}.dashed{stroke-width:1.75;stroke-dasharray:6 4}
    .dotted{stroke-width:1.75;stroke-dasharray:.5 4}
    .band{fill:var(--c);fill-opacity:.13}
    .area{fill:var(--c);fill-opacity:.75}
    .bar{fill:var(--c)}
    .track{fill:var(--wash)}
    .heat{fill:var(--b)}
    .h1{fill-opacity:.13}.h2{fill-opacity:.28}.h3{fill-opacity:.45}.h4{fill-opacity:.62}.h5{fill-opacity:.8}
    .merge{fill:none;stroke:var(--ink);stroke-opacity:.4;vector-effect:non-scaling-stroke}
    .cursor{stroke:var(--ink);stroke-width:1.25}
    .busy{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:3 2}
    .label{font-weight:600;fill:var(--t)}
    .name{font-size:13px;fill:var(--ink)}
    .value{fill:var(--quiet)}
    .size{text-anchor:middle;font-size:11px}
    .c1{--c:var(--b);--t:var(--bt)}.c2{--c:var(--v);--t:var(--vt)}.c3{--c:var(--g);--t:var(--gt)}.c4{--c:var(--p);--t:var(--pt)}
    .c5{--c:var(--o);--t:var(--ot)}.c6{--c:var(--s);--t:var(--st)}.c7{--c:var(--n);--t:var(--nt)}
    .key{display:flex;flex-wrap:wrap;align-items:center;gap:4px 16px;margin:14px 0 0;color:var(--quiet);font-size:12.5px}
    .key .heat{margin-right:-12px}
    .entry{display:inline-flex;align-items:center;gap:6px}
    .swatch{display:inline-block;width:12px;height:12px;border-radius:2px;background:var(--c)}
    .swatch.heat{width:20px;border-radius:0;background:var(--b)}
    .swatch.h1{opacity:.13}.swatch.h2{opacity:.28}.swatch.h3{opacity:.45}.swatch.h4{opacity:.62}.swatch.h5{opacity:.8}
    .plot.moment-frame{padding:26px 0 0}
    .moment{margin:12px 0 0;font-size:14px;font-weight:560}
    .controls{display:flex;align-items:center;gap:14px;margin-top:10px}
    .controls[hidden]{display:none}
    button{font:inherit;font-size:13px;font-weight:560;min-width:92px;padding:6px 14px;border:1px solid var(--rule);
    border-radius:999px;background:var(--wash);color:var(--ink);cursor:pointer}
    button:hover{border-color:var(--n)}
    .scrub{flex:1;min-width:0;accent-color:var(--b)}
    .plot.tracks{padding:20px 10px 30px}
    .tracks svg{cursor:ew-resize}
    details{margin-top:10px;font-size:13px}
    summary{cursor:pointer;color:var(--quiet);width:max-content;max-width:100%}
    summary:hover{color:var(--ink)}
    .scroll{max-height:320px;overflow:auto;margin-top:10px}
    table{border-collapse:collapse;min-width:min(100%,320px);font-size:12.5px;line-height:1.4;overflow-wrap:normal}
    th,td{padding:5px 14px 5px 0;border-bottom:1px solid var(--rule);text-align:right;white-space:nowrap}
    th:first-child,td:first-child{text-align:left}
    th{font-weight:500}
    thead th{position:sticky;top:0;background:var(--page);color:var(--quiet)}
    .scroll.whole{max-height:none}
    .grid{margin-top:14px}
    .grid td,.grid th{padding:5px 10px;text-align:center;border:1px solid var(--page)}
    .grid th:first-child{text-align:left;padding-left:0}
    .gain{background:color-mix(in srgb,var(--b) var(--share),var(--page))}
    .loss{background:color-mix(in srgb,var(--o) var(--share),var(--page))}
    .s1{--share:18%}.s2{--share:34%}.s3{--share:52%}
    .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    .note{color:var(--quiet);font-size:12.5px}
    .tip{position:absolute;z-index:2;top:0;pointer-events:none;padding:8px 11px;border-radius:6px;background:var(--ink);
    color:var(--page);font-size:12.5px;line-height:1.45;white-space:pre;max-width:calc(100% - 8px);overflow:hidden}
    .hair{position:absolute;width:1px;background:var(--n);pointer-events:none}
    footer{padding-bottom:64px;color:var(--quiet);font-size:13px}
    :focus-visible{outline:2px solid var(--b);outline-offset:2px}
    @media (max-width:900px){main{grid-template-columns:minmax(0,1fr);gap:52px}}
    @media (max-width:600px){main,header,footer{padding-left:18px;padding-right:18px}header{padding-top:40px;padding-bottom:28px}
    h1{font-size:27px}.lede{font-size:15.5px}.plot{padding-left:54px;padding-right:82px}.plot.bare{padding-right:16px}.plot.tracks{padding:20px 10px 30px}.bars,.moment-frame{padding-left:0;padding-right:0}.rows{padding-right:0;padding-left:122px}.optional{display:none}
    text{font-size:11px}.label{font-size:11px}}
    @media print{:root{--page:#fff}figure{break-inside:avoid}.controls,.tip,.hair,details:not([open]){display:none}
    header{padding-top:0}}
    """
}
