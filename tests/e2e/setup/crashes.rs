//! The process is killed at each single step; running the action again ends in the right state.

use std::time::Duration;

use hookpost_harness::front::Fault::Hang;
use hookpost_harness::runtime_api::Invocation;
use hookpost_stand_in::rest::Fault;
use serde_json::{Value, json};

use crate::town::{ORGANIZATION, Town, connect, fine};

/// Kills `setup` while its call number `at` to Azure DevOps hangs: before or after it had its effect. `false` when the
/// action needs fewer calls.
async fn killed_at(town: &mut Town, request: &Value, at: usize, fault: Fault) -> bool {
    town.azure.forget_calls();
    let killed = {
        let long = Invocation { timeout: Duration::from_secs(300), ..Invocation::new(request.clone()) };
        let asked = town.setup.invoke_with(long);
        let reached = async {
            let patience = Duration::from_secs(30);
            assert!(town.azure.until(patience, |it| it.calls().len() >= at).await, "call {at} never came");
            town.azure.fail_all(fault);
            assert!(town.azure.until(patience, |it| it.calls().len() > at).await, "call {at} was the last");
        };
        tokio::select! {
            _ = asked => false,
            () = reached => true,
        }
    };
    town.restart_setup().await;
    town.azure.heal();
    killed
}

async fn check_whole(town: &Town, at: usize) {
    assert_eq!(town.azure.hooks(ORGANIZATION).len(), 8, "after a crash at call {at}");
    assert_eq!(town.push(&format!("after {at}")).await, [Some(202)], "after a crash at call {at}");
    let status = fine(town.ask(&json!({"action": "status", "integration": "contoso"})).await);
    assert_eq!(status["summary"], "all is well", "after a crash at call {at}: {status}");
}

#[tokio::test]
async fn connect_goes_on_where_it_was_killed() {
    let mut town = Town::open("crash-connect").await;
    let unlink = json!({"action": "unlink", "integration": "contoso"});
    for at in 0..60 {
        let killed = killed_at(&mut town, &connect(), at, Fault::StallAfter(Duration::from_secs(60))).await;
        town.connect().await;
        check_whole(&town, at).await;
        if !killed {
            assert!(at > 10, "connect takes more than {at} calls");
            return town.close().await;
        }
        fine(town.ask(&unlink).await);
    }
    panic!("connect does not end");
}

#[tokio::test]
async fn a_rotation_goes_on_where_it_was_killed() {
    let mut town = Town::open("crash-rotate").await;
    town.connect().await;
    let rotate = json!({"action": "rotate-password", "integration": "contoso"});
    for at in [0, 1, 2, 3, 4, 6, 9, 10, 12] {
        killed_at(&mut town, &rotate, at, Fault::StallAfter(Duration::from_secs(60))).await;
        assert_eq!(town.push(&format!("half way {at}")).await, [Some(202)], "after a crash at call {at}");
        fine(town.ask(&rotate).await);
        check_whole(&town, at).await;
    }
    town.close().await;
}

#[tokio::test]
async fn unlink_goes_on_where_it_was_killed() {
    let mut town = Town::open("crash-unlink").await;
    let unlink = json!({"action": "unlink", "integration": "contoso"});
    for at in [0, 1, 3, 6, 8] {
        town.connect().await;
        killed_at(&mut town, &unlink, at, Fault::StallAfter(Duration::from_secs(60))).await;
        fine(town.ask(&unlink).await);
        assert!(town.azure.hooks(ORGANIZATION).is_empty(), "after a crash at call {at}");
        assert_eq!(town.secrets("contoso").await, [false, false], "after a crash at call {at}");
    }
    town.close().await;
}

/// Kills `setup` while its call number `at` to Secrets Manager hangs. `false` when the action needs fewer calls.
async fn killed_at_the_vault(town: &mut Town, request: &Value, at: usize) -> bool {
    let vault = &town.account.secrets_manager;
    vault.forget();
    let killed = {
        let long = Invocation { timeout: Duration::from_secs(300), ..Invocation::new(request.clone()) };
        let asked = town.setup.invoke_with(long);
        let reached = async {
            let patience = tokio::time::Instant::now() + Duration::from_secs(60);
            while vault.calls().len() < at {
                assert!(tokio::time::Instant::now() < patience, "call {at} never came");
                tokio::task::yield_now().await;
            }
            vault.fail_all(Hang);
            while vault.calls().len() <= at {
                assert!(tokio::time::Instant::now() < patience, "call {at} was the last");
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = asked => false,
            () = reached => true,
        }
    };
    town.restart_setup().await;
    town.account.secrets_manager.heal();
    killed
}

#[tokio::test]
async fn connect_and_unlink_go_on_where_they_were_killed_at_the_vault() {
    let mut town = Town::open("crash-vault").await;
    let unlink = json!({"action": "unlink", "integration": "contoso"});
    let (mut connecting, mut unlinking) = (true, true);
    for at in 0..40 {
        connecting = connecting && killed_at_the_vault(&mut town, &connect(), at).await;
        town.connect().await;
        check_whole(&town, at).await;
        unlinking = unlinking && killed_at_the_vault(&mut town, &unlink, at).await;
        fine(town.ask(&unlink).await);
        assert!(town.azure.hooks(ORGANIZATION).is_empty(), "after a crash at call {at}");
        assert_eq!(town.secrets("contoso").await, [false, false], "after a crash at call {at}");
        if !connecting && !unlinking {
            assert!(at > 4, "they take more than {at} calls");
            return town.close().await;
        }
    }
    panic!("they do not end");
}

#[tokio::test]
async fn a_rotation_goes_on_where_it_was_killed_at_the_vault() {
    let mut town = Town::open("crash-vault-rotate").await;
    town.connect().await;
    let rotate = json!({"action": "rotate-password", "integration": "contoso"});
    for at in [1, 3, 5, 7, 9, 11, 13] {
        killed_at_the_vault(&mut town, &rotate, at).await;
        assert_eq!(town.push(&format!("half way {at}")).await, [Some(202)], "after a crash at call {at}");
        fine(town.ask(&rotate).await);
        check_whole(&town, at).await;
    }
    town.close().await;
}
