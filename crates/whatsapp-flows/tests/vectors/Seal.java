// The vectors in plain Java, with nothing but the JDK: it shares no code with our Rust.
//
//     java Seal.java seal > sealed_by_java.json
//     java Seal.java open sealed_by_rust.json
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

class Seal {
    // The name of the padding alone would leave MGF1 with SHA-1.
    static final String RSA = "RSA/ECB/OAEPPadding";
    static final OAEPParameterSpec OAEP =
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

    public static void main(String[] args) throws Exception {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (args.length == 1 && args[0].equals("seal")) {
            var sealed = new ArrayList<String>();
            for (var given : Json.read(text("plaintexts.json"))) {
                sealed.add(Json.write(seal(given), "\n    ", "\n  "));
            }
            out.println("[\n  " + String.join(",\n  ", sealed) + "\n]");
        } else if (args.length == 2 && args[0].equals("open")) {
            var vectors = Json.read(text(args[1]));
            for (var vector : vectors) {
                open(vector);
            }
            out.println(vectors.size() + " opened");
            System.exit(vectors.isEmpty() ? 1 : 0);
        } else {
            throw new IllegalArgumentException("usage: java Seal.java seal | open FILE");
        }
    }

    static Map<String, String> seal(Map<String, String> given) throws Exception {
        var key = random();
        var iv = random();
        var keys = KeyFactory.getInstance("RSA");
        var rsa = Cipher.getInstance(RSA);
        rsa.init(Cipher.ENCRYPT_MODE, keys.generatePublic(new X509EncodedKeySpec(der("public.pem"))), OAEP);
        var wire = new LinkedHashMap<String, String>();
        wire.put("encrypted_aes_key", base64(rsa.doFinal(key)));
        wire.put("initial_vector", base64(iv));
        wire.put("encrypted_flow_data", encrypt(key, iv, given.get("plaintext")));
        var body = Json.write(wire, "", "");
        var vector = new LinkedHashMap<String, String>();
        vector.put("name", given.get("name"));
        vector.put("made_with", "Java " + System.getProperty("java.version"));
        vector.put("plaintext", given.get("plaintext"));
        vector.put("body", body);
        vector.put("signature", sign(body));
        vector.put("aes_key", base64(key));
        vector.put("iv", base64(iv));
        vector.put("reply_plaintext", given.get("reply_plaintext"));
        vector.put("reply", encrypt(key, inverted(iv), given.get("reply_plaintext")));
        return vector;
    }

    static void open(Map<String, String> vector) throws Exception {
        var body = Json.read(vector.get("body")).get(0);
        var keys = KeyFactory.getInstance("RSA");
        var rsa = Cipher.getInstance(RSA);
        rsa.init(Cipher.DECRYPT_MODE, keys.generatePrivate(new PKCS8EncodedKeySpec(der("key.pem"))), OAEP);
        var key = rsa.doFinal(Base64.getDecoder().decode(body.get("encrypted_aes_key")));
        var iv = Base64.getDecoder().decode(body.get("initial_vector"));
        same(vector, "signature", sign(vector.get("body")));
        same(vector, "aes_key", base64(key));
        same(vector, "iv", base64(iv));
        same(vector, "plaintext", decrypt(key, iv, body.get("encrypted_flow_data")));
        same(vector, "reply_plaintext", decrypt(key, inverted(iv), vector.get("reply")));
    }

    static void same(Map<String, String> vector, String member, String got) {
        if (!got.equals(vector.get(member))) {
            throw new IllegalStateException(vector.get("name") + ": another " + member + ": " + got);
        }
    }

    static String encrypt(byte[] key, byte[] iv, String clear) throws Exception {
        return base64(gcm(Cipher.ENCRYPT_MODE, key, iv).doFinal(clear.getBytes(StandardCharsets.UTF_8)));
    }

    static String decrypt(byte[] key, byte[] iv, String sealed) throws Exception {
        var clear = gcm(Cipher.DECRYPT_MODE, key, iv).doFinal(Base64.getDecoder().decode(sealed));
        return new String(clear, StandardCharsets.UTF_8);
    }

    static Cipher gcm(int mode, byte[] key, byte[] iv) throws Exception {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv));
        return cipher;
    }

    static String sign(String body) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(text("app_secret").trim().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    }

    static byte[] inverted(byte[] iv) {
        var out = new byte[iv.length];
        for (int i = 0; i < iv.length; i++) {
            out[i] = (byte) ~iv[i];
        }
        return out;
    }

    static byte[] random() {
        var bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    static byte[] der(String file) throws Exception {
        var base64 = text(file).replaceAll("(?s).*-----BEGIN [A-Z ]+-----|-----END.*", "");
        return Base64.getMimeDecoder().decode(base64);
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static String text(String file) throws Exception {
        return Files.readString(Path.of(file));
    }

    // The JDK has no JSON. The vectors are flat objects of strings, and this reads and writes no more than that.
    static class Json {
        static final Pattern TOKEN = Pattern.compile("[{}]|\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"");
        static final Pattern ESCAPE = Pattern.compile("\\\\(u[0-9a-fA-F]{4}|.)");

        static List<Map<String, String>> read(String json) {
            var objects = new ArrayList<Map<String, String>>();
            String name = null;
            for (var token = TOKEN.matcher(json); token.find();) {
                if (token.group().equals("{")) {
                    objects.add(new LinkedHashMap<>());
                } else if (token.group(1) != null && name == null) {
                    name = unescaped(token.group(1));
                } else if (token.group(1) != null) {
                    objects.get(objects.size() - 1).put(name, unescaped(token.group(1)));
                    name = null;
                }
            }
            return objects;
        }

        static String unescaped(String text) {
            return ESCAPE.matcher(text).replaceAll(found -> {
                var escape = found.group(1);
                var character = switch (escape.charAt(0)) {
                    case 'u' -> (char) Integer.parseInt(escape.substring(1), 16);
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    default -> escape.charAt(0);
                };
                return java.util.regex.Matcher.quoteReplacement(String.valueOf(character));
            });
        }

        static String write(Map<String, String> object, String before, String end) {
            return object.entrySet().stream()
                    .map(entry -> before + quoted(entry.getKey()) + ": " + quoted(entry.getValue()))
                    .collect(Collectors.joining(",", "{", end + "}"));
        }

        static String quoted(String text) {
            var out = new StringBuilder("\"");
            for (char c : text.toCharArray()) {
                if (c == '"' || c == '\\') {
                    out.append('\\').append(c);
                } else if (c < ' ') {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
            return out.append('"').toString();
        }
    }
}
