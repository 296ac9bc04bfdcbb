//! Tiles, checkpoints and proofs of them.

use subsidy_proof::{
    Checkpoint, KeyKind, KeyName, LeafHash, SignerKey, TileId, TileReader, Tree, VerifierKey, check, signers,
};

use super::fixture::{kind, on};
use super::*;

contract! {
    every_record_is_proven_in_every_checkpoint_and_every_checkpoint_in_the_next,
    tiles_are_laid_with_the_checkpoint_that_they_prove,
    a_new_key_signs_beside_the_old_one_and_nothing_else_changes,
    nothing_is_signed_that_does_not_continue_what_was_signed,
    a_cosignature_is_kept_only_if_it_is_true_and_of_a_known_key,
    tiles_and_checkpoints_refuse_change_removal_and_replacement,
    a_change_of_a_tile_or_a_checkpoint_is_named,
    a_part_of_the_ledger_can_be_verified_by_itself,
    a_history_that_was_rewritten_is_told_by_a_checkpoint_that_somebody_holds,
    a_copy_has_the_same_checkpoints,
}

fn key(name: &str, kind: KeyKind, seed: u8) -> SignerKey {
    SignerKey::from_seed(KeyName::new(name).unwrap(), kind, &[seed; 32])
}

fn log(seed: u8) -> SignerKey {
    key("ledger.fund.example/1", KeyKind::Log, seed)
}

fn public(keys: &[SignerKey]) -> Vec<VerifierKey> {
    keys.iter().map(|key| key.verifier().clone()).collect()
}

/// Appends small events until there are so many.
fn grow(ledger: &Ledger, to: u64) {
    let size = ledger.head().unwrap().size;
    let count = usize::try_from(to - size).unwrap();
    if count > 0 {
        ledger.append(batch(vec![append("a", size, count)])).unwrap();
    }
}

fn verify_with(ledger: &Ledger, keys: &[VerifierKey], scope: Scope) -> Result<Verified, VerifyError> {
    ledger.verify_as(&Verification { keys, scope }, &mut |_, _| {})
}

fn every_record_is_proven_in_every_checkpoint_and_every_checkpoint_in_the_next() {
    let fresh = fresh();
    let ledger = &fresh.ledger;
    let keys = public(&[log(1)]);
    let mut signed: Vec<Checkpoint> = Vec::new();
    for size in [1, 2, 255, 256, 257, 511, 700, 1_300] {
        grow(ledger, size);
        let made = ledger.sign_checkpoint(&[log(1)]).unwrap();
        let read = Checkpoint::of_log(&made.note, &keys).unwrap();
        assert_eq!((read.size, read.root), (size, ledger.head().unwrap().root));
        assert_eq!(made.checkpoint, read);
        signed.push(read);
    }
    let tiles = ledger.tiles();
    let records: Vec<Record> = ledger.records(..).unwrap().map(Result::unwrap).collect();
    for checkpoint in &signed {
        let tree = Tree::new(&tiles, checkpoint.size);
        assert_eq!(tree.root().unwrap(), checkpoint.root);
        let first = records.iter().take(usize::try_from(checkpoint.size).unwrap());
        for record in first
            .step_by(7)
            .chain(records.last().filter(|last| last.position.0 == checkpoint.size))
        {
            let index = record.position.0 - 1;
            let proof = tree.inclusion(index).unwrap();
            // What is proven is the entry, byte for byte.
            let leaf = LeafHash::of(&record.entry());
            check::inclusion(leaf, index, checkpoint.size, &proof, checkpoint.root).unwrap();
        }
        for older in signed.iter().filter(|older| older.size <= checkpoint.size) {
            let proof = tree.consistency(older.size).unwrap();
            check::consistency(
                (older.size, older.root),
                (checkpoint.size, checkpoint.root),
                &proof,
            )
            .unwrap();
        }
    }
    let verified = verify_with(ledger, &keys, Scope::All).unwrap();
    assert_eq!(verified.checkpoints, 8);
    // The proofs are there after the ledger was closed, too.
    let again = fresh.place.open();
    assert_eq!(
        again.last_checkpoint().unwrap().unwrap().checkpoint,
        *signed.last().unwrap()
    );
    let mut told = Vec::new();
    again
        .each_checkpoint(255, |signed| {
            told.push(signed.checkpoint.size);
            Ok::<_, ReadError>(())
        })
        .unwrap();
    assert_eq!(told, [256, 257, 511, 700, 1_300]);
}

fn count(fresh: &Fresh, table: &str) -> u64 {
    // Counts by what it refuses: a sum that is not there fails.
    (0..1_000)
        .find(|n| {
            let sql = format!("CREATE TABLE probe_{n} (x int CHECK (x = {n})); INSERT INTO probe_{n} SELECT count(*) FROM {table}; ");
            let counted = fresh.raw().run(&sql).is_ok();
            fresh.raw().run(&format!("DROP TABLE IF EXISTS probe_{n}")).unwrap();
            counted
        })
        .unwrap()
}

fn tiles_are_laid_with_the_checkpoint_that_they_prove() {
    let fresh = fresh();
    let ledger = &fresh.ledger;
    assert!(matches!(
        ledger.sign_checkpoint(&[log(1)]),
        Err(CheckpointError::Empty)
    ));
    grow(ledger, 600);
    assert_eq!(count(&fresh, "tile"), 0);
    // Proofs need no tiles that are laid: the rest is made of the records' hashes.
    let before: Vec<_> = (0..600)
        .map(|index| Tree::new(&ledger.tiles(), 600).inclusion(index).unwrap())
        .collect();
    ledger.sign_checkpoint(&[log(1)]).unwrap();
    assert_eq!((count(&fresh, "tile"), count(&fresh, "checkpoint")), (2, 1));
    let again = fresh.place.open();
    let after: Vec<_> = (0..600)
        .map(|index| Tree::new(&again.tiles(), 600).inclusion(index).unwrap())
        .collect();
    assert_eq!(before, after);
    // Where the checkpoint cannot be kept, no tile is.
    grow(ledger, 900);
    fresh
        .raw()
        .fail_on("INSERT", "checkpoint_signature", "NEW.size > 0");
    assert!(matches!(
        ledger.sign_checkpoint(&[log(1)]),
        Err(CheckpointError::Storage(_))
    ));
    assert_eq!((count(&fresh, "tile"), count(&fresh, "checkpoint")), (2, 1));
    fresh.raw().fail_no_more("checkpoint_signature");
    ledger.sign_checkpoint(&[log(1)]).unwrap();
    assert_eq!((count(&fresh, "tile"), count(&fresh, "checkpoint")), (3, 2));
    verify_with(ledger, &public(&[log(1)]), Scope::All).unwrap();
}

fn a_new_key_signs_beside_the_old_one_and_nothing_else_changes() {
    let fresh = fresh();
    let ledger = &fresh.ledger;
    grow(ledger, 3);
    let first = ledger.sign_checkpoint(&[log(1)]).unwrap();
    assert_eq!(ledger.sign_checkpoint(&[log(1)]).unwrap(), first);
    let both = ledger.sign_checkpoint(&[log(1), log(2)]).unwrap();
    assert_eq!(
        (both.note.text.as_str(), both.note.signatures.len()),
        (first.note.text.as_str(), 2)
    );
    assert_eq!(signers(&both.note, &public(&[log(1), log(2)])).unwrap().len(), 2);
    grow(ledger, 5);
    let new = ledger.sign_checkpoint(&[log(2)]).unwrap();
    assert_eq!(new.note.signatures.len(), 1);
    verify_with(ledger, &public(&[log(1), log(2)]), Scope::All).unwrap();
    // Whoever forgets an old key cannot check what it signed.
    let told = verify_with(ledger, &public(&[log(2)]), Scope::All);
    assert!(
        matches!(told, Err(VerifyError::Fault(Fault::Checkpoint { size: 3, what })) if what.contains("not known")),
        "{told:?}"
    );
    let other = key("ledger.other.example/1", KeyKind::Log, 1);
    for keys in [
        &[][..],
        &[log(1), other.clone()],
        &[key("w.example/1", KeyKind::Witness, 1)],
    ] {
        assert!(matches!(ledger.sign_checkpoint(keys), Err(CheckpointError::Keys)));
    }
    assert!(matches!(
        ledger.sign_checkpoint(&[other]),
        Err(CheckpointError::OtherOrigin(_))
    ));
}

fn nothing_is_signed_that_does_not_continue_what_was_signed() {
    let fresh = fresh();
    grow(&fresh.ledger, 300);
    fresh.ledger.sign_checkpoint(&[log(1)]).unwrap();
    grow(&fresh.ledger, 310);
    // The checkpoint of another history, signed with the real key, in place of the one that was signed.
    let other = on(kind(), super::fresh);
    other.ledger.append(batch(vec![append("b", 0, 300)])).unwrap();
    let forged = other.ledger.sign_checkpoint(&[log(1)]).unwrap();
    let (text, line) = (&forged.note.text, forged.note.signatures[0].to_string());
    fresh.tamper(&format!(
        "UPDATE checkpoint SET text = '{text}'; UPDATE checkpoint_signature SET line = '{line}'"
    ));
    let told = fresh.ledger.sign_checkpoint(&[log(1)]);
    assert!(
        matches!(
            told,
            Err(CheckpointError::Forked(Fault::Checkpoint { size: 300, .. }))
        ),
        "{told:?}"
    );
    let told = verify_with(&fresh.ledger, &public(&[log(1)]), Scope::All);
    assert!(
        matches!(told, Err(VerifyError::Fault(Fault::Checkpoint { size: 300, .. }))),
        "{told:?}"
    );
}

fn a_cosignature_is_kept_only_if_it_is_true_and_of_a_known_key() {
    let fresh = fresh();
    let ledger = &fresh.ledger;
    grow(ledger, 4);
    let signed = ledger.sign_checkpoint(&[log(1)]).unwrap();
    let (witness, stranger) = (
        key("w.example/1", KeyKind::Witness, 5),
        key("w.example/2", KeyKind::Witness, 6),
    );
    let trusted = public(std::slice::from_ref(&witness));
    let cosignature = witness.sign(&signed.note.text, 1_700_000_000);
    let kept = ledger
        .add_signatures(4, std::slice::from_ref(&cosignature), &trusted)
        .unwrap();
    assert_eq!(kept.note.signatures.len(), 2);
    assert_eq!(kept.note.signatures[0].name.as_str(), "ledger.fund.example/1");
    // Twice is once.
    assert_eq!(ledger.add_signatures(4, &[cosignature], &trusted).unwrap(), kept);
    for bad in [
        stranger.sign(&signed.note.text, 1),
        witness.sign("another text\n", 1),
    ] {
        let told = ledger.add_signatures(4, &[bad], &trusted);
        assert!(matches!(told, Err(CheckpointError::Signature(_))), "{told:?}");
    }
    let told = ledger.add_signatures(3, &[witness.sign(&signed.note.text, 1)], &trusted);
    assert!(matches!(told, Err(CheckpointError::NoCheckpoint(3))));
    assert_eq!(ledger.last_checkpoint().unwrap().unwrap(), kept);
    let keys = public(&[log(1), witness]);
    verify_with(ledger, &keys, Scope::All).unwrap();
}

fn tiles_and_checkpoints_refuse_change_removal_and_replacement() {
    let fresh = fresh();
    grow(&fresh.ledger, 300);
    fresh.ledger.sign_checkpoint(&[log(1)]).unwrap();
    let mut statements = Vec::new();
    for (table, column) in [
        ("tile", "number"),
        ("checkpoint", "text"),
        ("checkpoint_signature", "line"),
    ] {
        statements.push(format!("UPDATE {table} SET {column} = {column}"));
        statements.push(format!("DELETE FROM {table}"));
        statements.push(format!("INSERT INTO {table} SELECT * FROM {table}"));
        match kind() {
            Kind::Sqlite => statements.push(format!("REPLACE INTO {table} SELECT * FROM {table}")),
            Kind::Postgres => statements.push(format!("TRUNCATE {table}")),
        }
    }
    for statement in statements {
        assert!(fresh.raw().run(&statement).is_err(), "{statement}");
    }
    verify_with(&fresh.ledger, &public(&[log(1)]), Scope::All).unwrap();
}

fn a_change_of_a_tile_or_a_checkpoint_is_named() {
    let keys = public(&[log(1)]);
    let changed = |sql: &str| {
        let fresh = fresh();
        grow(&fresh.ledger, 520);
        fresh.ledger.sign_checkpoint(&[log(1)]).unwrap();
        grow(&fresh.ledger, 530);
        fresh.ledger.sign_checkpoint(&[log(1)]).unwrap();
        fresh.tamper(sql);
        // On PostgreSQL the guards are lifted for good; what is asked is what comes before that.
        match verify_with(&fresh.place.open(), &keys, Scope::All) {
            Err(VerifyError::Fault(fault)) => fault,
            other => panic!("{sql}: {other:?}"),
        }
    };
    let tile = |sql, wanted| {
        let fault = changed(sql);
        assert!(
            matches!(fault, Fault::Tile { level: 0, number } if number == wanted),
            "{sql}: {fault}"
        );
    };
    tile("UPDATE tile SET hashes = zeroblob(8192) WHERE number = 1", 1);
    tile("UPDATE tile SET middle = zeroblob(512) WHERE number = 0", 0);
    tile("UPDATE tile SET middle = zeroblob(3) WHERE number = 0", 0);
    tile("DELETE FROM tile WHERE number = 0", 0);
    tile("DELETE FROM tile", 1);
    tile("UPDATE tile SET number = 9 WHERE number = 1", 1);
    let checkpoint = |sql, wanted| {
        let fault = changed(sql);
        assert!(
            matches!(fault, Fault::Checkpoint { size, .. } if size == wanted),
            "{sql}: {fault}"
        );
    };
    checkpoint("UPDATE checkpoint SET size = 521 WHERE size = 520", 521);
    checkpoint("UPDATE checkpoint SET size = 531 WHERE size = 530", 531);
    checkpoint("UPDATE checkpoint SET text = text || 'x' WHERE size = 520", 520);
    checkpoint(
        "UPDATE checkpoint SET text = replace(text, 'fund', 'fond') WHERE size = 530",
        530,
    );
    checkpoint("DELETE FROM checkpoint WHERE size = 520", 520);
    checkpoint("DELETE FROM checkpoint_signature WHERE size = 520", 520);
    checkpoint(
        "UPDATE checkpoint_signature SET line = line || 'x' WHERE size = 530",
        530,
    );
    checkpoint(
        "UPDATE checkpoint_signature SET line = replace(line, 'fund', 'fond') WHERE size = 530",
        530,
    );
    checkpoint("UPDATE checkpoint_signature SET size = 531 WHERE size = 530", 530);
    // The signature of the other checkpoint.
    checkpoint(
        "UPDATE checkpoint_signature SET line = (SELECT s.line FROM checkpoint_signature AS s WHERE s.size = 520) WHERE size = 530",
        530,
    );
}

fn a_part_of_the_ledger_can_be_verified_by_itself() {
    let fresh = fresh();
    let ledger = &fresh.ledger;
    let keys = public(&[log(1)]);
    for size in [100, 1_500, 2_600] {
        grow(ledger, size);
        ledger.sign_checkpoint(&[log(1)]).unwrap();
    }
    let head = ledger.head().unwrap();
    for of in [1, 3, 7, 5_000] {
        let parts = (1..=of).map(|part| {
            // Of five thousand parts of 2,600 records some are empty; a few are enough.
            if of == 5_000 && part % 499 != 0 {
                return 0;
            }
            let verified = verify_with(ledger, &keys, Scope::Part { part, of }).unwrap();
            assert_eq!((verified.size, verified.root), (head.size, head.root));
            verified.records
        });
        let read: u64 = parts.sum();
        assert!(of == 5_000 || read == 2_600, "{read} of {of} parts");
    }
    for after in [0, 100, 777, 2_600] {
        let verified = verify_with(ledger, &keys, Scope::Since(after)).unwrap();
        assert_eq!(verified.records, 2_600 - after);
        let wanted = match after {
            0 | 100 => 3,
            777 => 2,
            _ => 1,
        };
        assert_eq!(verified.checkpoints, wanted, "since {after}");
    }
    // A change is found by the part that it is in, and by no other.
    fresh.tamper("UPDATE events SET payload = '{}' WHERE position = 1200");
    let position = Position(1_200);
    for (scope, finds) in [
        (Scope::Part { part: 1, of: 3 }, false),
        (Scope::Part { part: 2, of: 3 }, true),
        (Scope::Part { part: 3, of: 3 }, false),
        (Scope::Since(1_199), true),
        (Scope::Since(1_200), false),
        (Scope::All, true),
    ] {
        let told = verify_with(&fresh.place.open(), &keys, scope);
        let found = matches!(&told, Err(VerifyError::Fault(fault)) if *fault == Fault::Altered { position });
        assert_eq!(found, finds, "{scope:?}: {told:?}");
    }
}

fn a_history_that_was_rewritten_is_told_by_a_checkpoint_that_somebody_holds() {
    let (fresh, other) = (fresh(), on(kind(), super::fresh));
    grow(&fresh.ledger, 300);
    let held = fresh.ledger.sign_checkpoint(&[log(1)]).unwrap().checkpoint;
    grow(&fresh.ledger, 400);
    fresh.ledger.check_checkpoint(&held).unwrap();
    other.ledger.append(batch(vec![append("b", 0, 299)])).unwrap();
    let older = other.ledger.check_checkpoint(&held);
    assert!(
        matches!(older, Err(KnownHeadError::Older { size: 299, .. })),
        "{older:?}"
    );
    for more in [1, 50] {
        let size = other.ledger.head().unwrap().size;
        other.ledger.append(batch(vec![append("b", size, more)])).unwrap();
        let told = other.ledger.check_checkpoint(&held);
        assert!(matches!(told, Err(KnownHeadError::Rewritten { .. })), "{told:?}");
    }
}

fn a_copy_has_the_same_checkpoints() {
    let fresh = fresh();
    for size in [10, 600, 800] {
        grow(&fresh.ledger, size);
        fresh.ledger.sign_checkpoint(&[log(1)]).unwrap();
    }
    grow(&fresh.ledger, 820);
    let target = on(Kind::Sqlite, super::fresh);
    let copied = fresh.ledger.copy_to(&target.ledger, &mut |_, _| {}).unwrap();
    assert_eq!(copied.checkpoints, 3);
    assert_eq!(
        target.ledger.last_checkpoint().unwrap(),
        fresh.ledger.last_checkpoint().unwrap()
    );
    let tile = TileId {
        level: 0,
        number: 2,
        width: 256,
    };
    assert_eq!(
        target.ledger.tiles().tile(tile).unwrap(),
        fresh.ledger.tiles().tile(tile).unwrap()
    );
}
