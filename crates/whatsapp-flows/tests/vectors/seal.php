<?php
// The vectors in plain PHP with its openssl extension: it shares no code with our Rust.
//
//     php seal.php seal > sealed_by_php.json
//     php seal.php open sealed_by_rust.json
//
// Before PHP 8.5 the extension has OAEP with SHA-1 only. So the padding (RFC 8017, section 7.1) is done here, and
// openssl does the bare RSA. Decoding is not in constant time: this key has nothing to hide.
declare(strict_types=1);

set_error_handler(fn (int $_, string $words) => throw new ErrorException($words));
const RSA_BYTES = 256;
const HASH_BYTES = 32;
const AES = 'aes-128-gcm';
define('PUBLIC_KEY', file_get_contents('public.pem'));
define('PRIVATE_KEY', file_get_contents('key.pem'));
define('APP_SECRET', trim(file_get_contents('app_secret')));

function must(bool $holds, string $words): void
{
    if (!$holds) {
        fwrite(STDERR, "$words\n");
        exit(1);
    }
}

function mgf1(string $seed, int $length): string
{
    $mask = '';
    for ($counter = 0; strlen($mask) < $length; $counter++) {
        $mask .= hash('sha256', $seed . pack('N', $counter), true);
    }
    return substr($mask, 0, $length);
}

// DB = lHash || PS || 0x01 || M, and EM = 0x00 || maskedSeed || maskedDB.
function wrap(string $message): string
{
    $zeros = str_repeat("\0", RSA_BYTES - strlen($message) - 2 * HASH_BYTES - 2);
    $db = hash('sha256', '', true) . $zeros . "\x01" . $message;
    $seed = random_bytes(HASH_BYTES);
    $maskedDb = $db ^ mgf1($seed, strlen($db));
    $maskedSeed = $seed ^ mgf1($maskedDb, HASH_BYTES);
    $em = "\0" . $maskedSeed . $maskedDb;
    must(openssl_public_encrypt($em, $wrapped, PUBLIC_KEY, OPENSSL_NO_PADDING), 'RSA failed');
    return $wrapped;
}

function unwrap(string $wrapped): string
{
    must(openssl_private_decrypt($wrapped, $em, PRIVATE_KEY, OPENSSL_NO_PADDING), 'RSA failed');
    must(strlen($em) === RSA_BYTES && $em[0] === "\0", 'OAEP: first byte');
    $maskedSeed = substr($em, 1, HASH_BYTES);
    $maskedDb = substr($em, 1 + HASH_BYTES);
    $seed = $maskedSeed ^ mgf1($maskedDb, HASH_BYTES);
    $db = $maskedDb ^ mgf1($seed, strlen($maskedDb));
    must(str_starts_with($db, hash('sha256', '', true)), 'OAEP: label');
    $rest = ltrim(substr($db, HASH_BYTES), "\0");
    must(str_starts_with($rest, "\x01"), 'OAEP: separator');
    return substr($rest, 1);
}

function encrypt(string $key, string $iv, string $clear): string
{
    $data = openssl_encrypt($clear, AES, $key, OPENSSL_RAW_DATA, $iv, $tag, '', 16);
    must($data !== false, 'AES-GCM failed');
    return base64_encode($data . $tag);
}

function decrypt(string $key, string $iv, string $sealed): string
{
    $data = base64_decode($sealed, true);
    must($data !== false && strlen($data) >= 16, 'no base64');
    $clear = openssl_decrypt(substr($data, 0, -16), AES, $key, OPENSSL_RAW_DATA, $iv, substr($data, -16));
    must($clear !== false, 'AES-GCM: another tag');
    return $clear;
}

function sign(string $body): string
{
    return 'sha256=' . hash_hmac('sha256', $body, APP_SECRET);
}

function seal(array $given): array
{
    $key = random_bytes(16);
    $iv = random_bytes(16);
    // It escapes slashes by default, as Meta's servers do.
    $body = json_encode([
        'encrypted_flow_data' => encrypt($key, $iv, $given['plaintext']),
        'encrypted_aes_key' => base64_encode(wrap($key)),
        'initial_vector' => base64_encode($iv),
    ]);
    return [
        'name' => $given['name'],
        'made_with' => 'PHP ' . PHP_VERSION . ', ' . OPENSSL_VERSION_TEXT,
        'plaintext' => $given['plaintext'],
        'body' => $body,
        'signature' => sign($body),
        'aes_key' => base64_encode($key),
        'iv' => base64_encode($iv),
        'reply_plaintext' => $given['reply_plaintext'],
        'reply' => encrypt($key, ~$iv, $given['reply_plaintext']),
    ];
}

function open(array $vector): void
{
    $body = json_decode($vector['body'], true, flags: JSON_THROW_ON_ERROR);
    $key = unwrap(base64_decode($body['encrypted_aes_key'], true));
    $iv = base64_decode($body['initial_vector'], true);
    $got = [
        'signature' => sign($vector['body']),
        'aes_key' => base64_encode($key),
        'iv' => base64_encode($iv),
        'plaintext' => decrypt($key, $iv, $body['encrypted_flow_data']),
        'reply_plaintext' => decrypt($key, ~$iv, $vector['reply']),
    ];
    foreach ($got as $member => $value) {
        must($value === $vector[$member], "{$vector['name']}: another $member: $value");
    }
}

function read(string $file): array
{
    return json_decode(file_get_contents($file), true, flags: JSON_THROW_ON_ERROR);
}

switch ($argv[1] ?? '') {
    case 'seal':
        $flags = JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;
        echo json_encode(array_map(seal(...), read('plaintexts.json')), $flags), "\n";
        break;
    case 'open':
        $vectors = read($argv[2]);
        array_walk($vectors, fn (array $vector) => open($vector));
        echo count($vectors), " opened\n";
        exit(count($vectors) > 0 ? 0 : 1);
    default:
        must(false, 'usage: php seal.php seal | open FILE');
}
